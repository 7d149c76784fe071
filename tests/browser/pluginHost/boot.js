// What Grafana's own page sets before anything is loaded.
window.grafanaBootData = {
  settings: { buildInfo: {}, featureToggles: {}, datasources: {}, panels: {}, apps: {} },
  user: {},
  navTree: [],
  assets: {},
};
window.__grafana_public_path__ = './public/';
