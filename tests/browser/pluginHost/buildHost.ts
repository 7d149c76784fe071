import { resolve } from 'node:path';

import { type Plugin, build } from 'vite';

import { scrollbarsPlugin } from '../../../.config/scrollbars-plugin.mjs';

const root = resolve(import.meta.dirname, '../../..');
const modules = resolve(root, 'node_modules');
export const hostFolder = resolve(root, 'build/plugin-host');

/** The Reacts that Grafana gives to plugins: 18 up to 13.1, 19 from 13.2 on. */
export const reacts = ['18', '19'] as const;
export type React = (typeof reacts)[number];

/** Builds the host page once for both Reacts, and each React as a script of its own. */
export async function buildHost(): Promise<void> {
  await bundle('host', [reactOfTheHost(), scrollbarsPlugin()]);
  for (const react of reacts) {
    await bundle('react', [], react);
  }
}

async function bundle(name: 'host' | 'react', plugins: Plugin[], react?: React): Promise<void> {
  const alias: Record<string, string> = react === '18' ? { react: `${modules}/react-18`, 'react-dom': `${modules}/react-dom-18` } : {};
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins,
    resolve: { alias },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: hostFolder,
      emptyOutDir: false,
      target: 'es2022',
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: resolve(import.meta.dirname, name === 'host' ? 'host.tsx' : 'react.ts'),
        output: { entryFileNames: react === undefined ? 'host.js' : `react-${react}.js`, format: 'es' },
      },
    },
  });
}

/** Everything on the page takes React from the script before it. */
function reactOfTheHost(): Plugin {
  const names = ['react', 'react-dom', 'react-dom/client', 'react-dom/server', 'react/jsx-runtime', 'react/jsx-dev-runtime'];
  return {
    name: 'react-of-the-host',
    enforce: 'pre',
    resolveId: (id) => (names.includes(id) ? `\0host-react:${id}.cjs` : undefined),
    load: (id) => {
      const name = /^\0host-react:(.*)\.cjs$/.exec(id)?.[1];
      return name === undefined ? undefined : `module.exports = globalThis.hostReact[${JSON.stringify(name)}];`;
    },
  };
}
