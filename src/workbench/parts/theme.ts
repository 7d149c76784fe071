export { createTheme } from '@grafana/data';
