export { getBuiltInThemes } from '@grafana/data';
