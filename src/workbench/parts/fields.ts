export { applyFieldOverrides, getValueFormat } from '@grafana/data';
