import { chmodSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

import packageJson from '../package.json' with { type: 'json' };
import { workerSourcePlugin } from './worker-source.mjs';

const root = resolve(import.meta.dirname, '..');
const program = resolve(root, packageJson.bin.gclens);
/** npm makes it so where it links the program, and does not come back after each build. */
const executablePlugin = { name: 'executable', closeBundle: () => chmodSync(program, 0o755) };
const external = [...builtinModules, ...builtinModules.map((name) => `node:${name}`), ...Object.keys(packageJson.dependencies)];

/** The Node part: the command line and the libraries `gclens` and `gclens/bridge`. */
export default defineConfig({
  root,
  plugins: [workerSourcePlugin(), executablePlugin],
  build: {
    outDir: 'build/node',
    emptyOutDir: true,
    target: 'node20',
    ssr: true,
    sourcemap: true,
    minify: false,
    rollupOptions: {
      input: { gclens: 'src/cli/main.ts', index: 'src/index.ts', bridge: 'src/bridge/index.ts' },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    },
  },
});
