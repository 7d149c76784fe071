import type { Sha256 } from '../capture';
import type { TracePrefix } from '../gotrace';

/** Looks at what is decoded so far; decoding waits meanwhile. */
export type PrefixWatcher = (prefix: TracePrefix) => Promise<void>;

/** A trace that is decoded sooner is shown whole at once. */
const firstAfterMs = 80;
/** Looking takes at most a fifth of all time. */
const workPerLook = 4;

/** Who wants to see traces while they are being decoded, by sha-256. */
export class PrefixWatchers {
  private readonly watchers = new Map<Sha256, Set<PrefixWatcher>>();

  /** Watches a trace until the returned function is called. */
  watch(key: Sha256, watcher: PrefixWatcher): () => void {
    const watchers = this.watchers.get(key) ?? new Set();
    this.watchers.set(key, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.watchers.get(key) === watchers) {
        this.watchers.delete(key);
      }
    };
  }

  /** What the decoder of a trace calls: lets the watchers look, soon for the first time and then ever more seldom the longer they take. */
  pace(key: Sha256): PrefixWatcher {
    let dueMs = performance.now() + firstAfterMs;
    return async (prefix) => {
      const startMs = performance.now();
      const watchers = this.watchers.get(key);
      const hasEvents = prefix.trace.events.length > prefix.generation;
      if (watchers === undefined || startMs < dueMs || !hasEvents) {
        return;
      }
      for (const watcher of [...watchers]) {
        await watcher(prefix);
      }
      const nowMs = performance.now();
      dueMs = nowMs + (nowMs - startMs) * workPerLook;
    };
  }
}
