import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

import { scrollbarsPlugin } from './scrollbars-plugin.mjs';
import { steadyRowsPlugin } from './steady-rows-plugin.mjs';
import { workerSourcePlugin } from './worker-source.mjs';

const root = resolve(import.meta.dirname, '..');
const modules = resolve(root, 'node_modules');

/** Where @grafana/ui looks for what Grafana itself serves, below the page. */
const icons = folder('public/build/img/icons', resolve(modules, '@grafana/ui/dist/public/img/icons'));
/** Two that @grafana/ui asks for and does not ship. */
const missingIcons = folder('public/build/img/icons/unicons', resolve(root, 'src/workbench/icons'));
const samples = folder('samples', resolve(root, 'src/capture/samples'));
const inter = resolve(modules, '@fontsource/inter/files');
const fonts: ReadonlyMap<string, string> = new Map([
  ['public/fonts/inter/Inter-Regular.woff2', resolve(inter, 'inter-latin-400-normal.woff2')],
  ['public/fonts/inter/Inter-Medium.woff2', resolve(inter, 'inter-latin-500-normal.woff2')],
  ['public/fonts/inter/Inter-Italic.woff2', resolve(inter, 'inter-latin-400-italic.woff2')],
  ['public/fonts/inter/Inter-MediumItalic.woff2', resolve(inter, 'inter-latin-500-italic.woff2')],
]);

const logo = new Map([['logo.svg', resolve(root, 'src/datasource/img/logo.svg')]]);

/** The files below `directory` by the path they are served at. */
function folder(servedAt: string, directory: string): ReadonlyMap<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
      .map((entry) => resolve(entry.parentPath, entry.name))
      .map((file) => [`${servedAt}${file.slice(directory.length).replaceAll('\\', '/')}`, file]),
  );
}

/** Files that are part of the page under names of their own: copied by a build, served by `npm run dev`. */
function staticFiles(files: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'gclens-static-files',
    generateBundle() {
      for (const [fileName, file] of files) {
        this.emitFile({ type: 'asset', fileName, source: readFileSync(file) });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const file = files.get((request.url ?? '').slice(1).replace(/\?.*$/, ''));
        if (file === undefined) {
          next();
          return;
        }
        if (file.endsWith('.svg')) {
          response.setHeader('Content-Type', 'image/svg+xml');
        }
        createReadStream(file).pipe(response);
      });
    },
  };
}

/** The local page: one folder of files with relative addresses, served by `gclens open`. */
export default defineConfig({
  root: resolve(root, 'src/workbench'),
  base: './',
  publicDir: false,
  plugins: [
    react(),
    workerSourcePlugin(),
    scrollbarsPlugin(),
    steadyRowsPlugin(),
    staticFiles(new Map([...icons, ...missingIcons, ...samples, ...fonts, ...logo])),
  ],
  resolve: { alias: { 'react-virtualized-auto-sizer': resolve(root, 'src/workbench/AutoSizer.tsx') } },
  build: {
    outDir: resolve(root, 'build/workbench'),
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 6000,
  },
  server: { host: '127.0.0.1', port: 8421 },
});
