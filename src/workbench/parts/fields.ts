export { applyFieldOverrides } from '@grafana/data';
