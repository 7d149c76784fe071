import { bundleWorker } from '../worker-source.mjs';

/** Replaces the worker's entry by the whole worker as one script; used with `type: 'asset/source'`. */
export default function workerSourceLoader() {
  const done = this.async();
  bundleWorker().then(({ code, files }) => {
    files.forEach((file) => this.addDependency(file));
    done(null, code);
  }, done);
}
