export { Button } from '@grafana/ui';
