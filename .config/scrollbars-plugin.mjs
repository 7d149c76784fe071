import { resolve } from 'node:path';

/**
 * `react-custom-scrollbars-2` is CommonJS: importers in .mjs files (@grafana/ui) get its exports object where they expect the component.
 *
 * @returns {import('vite').Plugin}
 */
export function scrollbarsPlugin() {
  const name = 'react-custom-scrollbars-2';
  const resolvedId = `\0${name}`;
  const file = resolve(import.meta.dirname, '../node_modules', name, 'lib/index.js');
  return {
    name: 'gclens-scrollbars',
    enforce: 'pre',
    resolveId: (id) => (id === name ? resolvedId : undefined),
    load: (id) => (id === resolvedId ? `export { Scrollbars as default } from '${file}';` : undefined),
  };
}
