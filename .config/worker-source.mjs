import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'vite';

import { slimRegexPlugin } from './slim-regex-plugin.mjs';

/** What sources import: the decode worker as one string, so that no second file has to be found at run time. */
export const WORKER_SOURCE_ID = 'gclens:worker-source';
/** The same worker for pages whose CSP forbids WASM: its kernels are there as JavaScript, too. */
export const FALLBACK_WORKER_SOURCE_ID = 'gclens:fallback-worker-source';
const root = fileURLToPath(new URL('..', import.meta.url));
/** The worker's entry. */
export const WORKER_ENTRY = resolve(root, 'src/worker/decode.worker.ts');

/** Leaves the JavaScript kernels out: a third of the worker, for the few pages that forbid WASM. There it reports at its start that it cannot. */
function wasmOnly() {
  return {
    name: 'gclens-wasm-only',
    enforce: 'pre',
    load: (id) =>
      id.endsWith('/fallback.generated.ts')
        ? 'export function createFallback() { throw new Error("this worker has its kernels as WASM only"); }'
        : undefined,
  };
}

/**
 * Bundles the decode worker in memory: a classic script (an IIFE without imports), minified, without eval.
 *
 * @param {{hasFallback: boolean}} options Whether it can do without WASM.
 * @returns {Promise<{code: string, files: string[]}>} The script and the files it was made from, for watchers.
 */
export async function bundleWorker({ hasFallback }) {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [slimRegexPlugin(), ...(hasFallback ? [] : [wasmOnly()])],
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

/** Serves the two worker sources to Vite: the default export of each is the bundled worker. */
export function workerSourcePlugin() {
  const ids = [WORKER_SOURCE_ID, FALLBACK_WORKER_SOURCE_ID];
  return {
    name: 'gclens-worker-source',
    resolveId(id) {
      return ids.includes(id) ? `\0${id}` : undefined;
    },
    async load(id) {
      const sourceId = ids.find((known) => id === `\0${known}`);
      if (sourceId === undefined) {
        return undefined;
      }
      const { code, files } = await bundleWorker({ hasFallback: sourceId === FALLBACK_WORKER_SOURCE_ID });
      files.forEach((file) => this.addWatchFile(file));
      return `export default ${JSON.stringify(code)};`;
    },
  };
}
