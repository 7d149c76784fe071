/**
 * What Grafana puts on its page before any of its libraries load. Imported first: @grafana/runtime reads it while it is being imported.
 */
const settings = {
  buildInfo: { version: '13.2.2', commit: '', env: 'production' },
  featureToggles: {},
  datasources: {},
  panels: {},
  apps: {},
};

Object.assign(window, {
  grafanaBootData: { settings, user: { locale: 'en-US', language: 'en-US' }, navTree: [], assets: { light: '', dark: '' } },
  __grafana_public_path__: './public/',
});
