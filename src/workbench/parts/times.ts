export { dateTime } from '@grafana/data';
