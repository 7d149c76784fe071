import loaded from 'amd-module';

// Grafana serves plugins below a path of its own or from a CDN: chunks lie beside the module, wherever it came from.
if (loaded?.uri !== undefined) {
  __webpack_public_path__ = loaded.uri.slice(0, loaded.uri.lastIndexOf('/') + 1);
}
