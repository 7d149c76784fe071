import { resolve } from 'node:path';

/**
 * The table of Grafana's flame graph gives `react-window` another component for its rows whenever it is rendered, which is several times for one change:
 * React then takes all rows down and builds them anew, at a stroke. With this they are one component, which draws them as the table says last.
 *
 * @returns {import('vite').Plugin}
 */
export function steadyRowsPlugin() {
  const name = 'react-window';
  const resolvedId = `\0${name}`;
  const file = resolve(import.meta.dirname, '../node_modules', name, 'dist/index.esm.js');
  return {
    name: 'gclens-steady-rows',
    enforce: 'pre',
    resolveId: (id) => (id === name ? resolvedId : undefined),
    load: (id) => (id === resolvedId ? steadyRows(file) : undefined),
  };
}

function steadyRows(file) {
  return `
import { createContext, createElement, useContext } from 'react';
import { VariableSizeList as List } from '${file}';
export { FixedSizeList } from '${file}';

const DrawRow = createContext(undefined);

function SteadyRow(props) {
  return useContext(DrawRow)(props);
}

export function VariableSizeList({ children, ...props }) {
  return createElement(DrawRow.Provider, { value: children }, createElement(List, props, SteadyRow));
}
`;
}
