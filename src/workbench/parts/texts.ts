export { textUtil } from '@grafana/data';
