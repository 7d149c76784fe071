import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'vite';

/** What sources import: the decode worker as one string, so that no second file has to be found at run time. */
export const WORKER_SOURCE_ID = 'gclens:worker-source';
const root = fileURLToPath(new URL('..', import.meta.url));
/** The worker's entry. */
export const WORKER_ENTRY = resolve(root, 'src/worker/decode.worker.ts');

/**
 * Bundles the decode worker in memory: a classic script (an IIFE without imports), minified, without eval.
 *
 * @returns {Promise<{code: string, files: string[]}>} The script and the files it was made from, for watchers.
 */
export async function bundleWorker() {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      sourcemap: false,
      lib: { entry: WORKER_ENTRY, formats: ['iife'], name: 'gclensWorker' },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const chunks = [result].flat().flatMap(({ output }) => output.filter(({ type }) => type === 'chunk'));
  const [chunk] = chunks;
  if (chunk === undefined || chunks.length !== 1) {
    throw new Error(`The decode worker must become one script, it became ${chunks.length}`);
  }
  return { code: chunk.code, files: chunk.moduleIds.filter((id) => id.startsWith(root)) };
}

/** Serves `gclens:worker-source` to Vite: its default export is the bundled worker. */
export function workerSourcePlugin() {
  const resolvedId = `\0${WORKER_SOURCE_ID}`;
  return {
    name: 'gclens-worker-source',
    resolveId(id) {
      return id === WORKER_SOURCE_ID ? resolvedId : undefined;
    },
    async load(id) {
      if (id !== resolvedId) {
        return undefined;
      }
      const { code, files } = await bundleWorker();
      files.forEach((file) => this.addWatchFile(file));
      return `export default ${JSON.stringify(code)};`;
    },
  };
}
