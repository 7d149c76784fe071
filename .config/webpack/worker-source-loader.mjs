import { bundleWorker } from '../worker-source.mjs';

/** Replaces the worker's entry by the whole worker as one script; used with `type: 'asset/source'`. The query says which of the two. */
export default function workerSourceLoader() {
  const done = this.async();
  bundleWorker({ hasFallback: this.resourceQuery === '?fallback-worker-source' }).then(({ code, files }) => {
    files.forEach((file) => this.addDependency(file));
    done(null, code);
  }, done);
}
