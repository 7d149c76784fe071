import { minify } from 'terser';

import { bundleWorker } from '../worker-source.mjs';

/** Replaces the worker's entry by the whole worker as one script; used with `type: 'asset/source'`. The query says which of the two. */
export default function workerSourceLoader() {
  const done = this.async();
  loadWorker(this.resourceQuery === '?fallback-worker-source').then(({ code, files }) => {
    files.forEach((file) => this.addDependency(file));
    done(null, code);
  }, done);
}

/** Minified once more: a hundredth smaller after compression, of a budget that is nearly spent. */
async function loadWorker(hasFallback) {
  const { code, files } = await bundleWorker({ hasFallback });
  return {
    code: (await minify(code, { ecma: 2020, toplevel: true, compress: { passes: 2, sequences: false, lhs_constants: false } })).code,
    files,
  };
}
