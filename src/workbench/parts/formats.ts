export { getValueFormat } from '@grafana/data';
