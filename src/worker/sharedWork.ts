import type { ReportProgress, WorkOptions } from '../base';

/** A result with an estimate of the memory it holds. */
export interface Sized<T> {
  readonly value: T;
  readonly sizeBytes: number;
}

interface Entry<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  readonly listeners: Set<ReportProgress>;
  waiting: number;
  /** Null while the work goes on. */
  sizeBytes: number | null;
}

/**
 * Results by key, each worked out once however many ask for it. Together they stay below a bound: those used least recently go first. Work that nobody
 * waits for any more is aborted; failures are not kept.
 */
export class SharedWork<T> {
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry<T>>();

  constructor(private readonly maxBytes: number) {}

  /** Whether the result is there. */
  holds(key: string): boolean {
    return typeof this.entries.get(key)?.sizeBytes === 'number';
  }

  /**
   * The result of a key, from `work` where it is not there yet.
   * @throws what `work` throws, and the signal's reason when this caller aborts
   */
  async get(key: string, options: WorkOptions, work: (options: WorkOptions) => Promise<Sized<T>>): Promise<T> {
    options.signal?.throwIfAborted();
    const entry = this.entries.get(key) ?? this.start(key, work);
    this.entries.delete(key);
    this.entries.set(key, entry);
    return this.waitFor(key, entry, options);
  }

  private start(key: string, work: (options: WorkOptions) => Promise<Sized<T>>): Entry<T> {
    const controller = new AbortController();
    const listeners = new Set<ReportProgress>();
    const onProgress: ReportProgress = (stage, fraction) => {
      listeners.forEach((listener) => {
        listener(stage, fraction);
      });
    };
    const run = async (): Promise<T> => {
      try {
        const { value, sizeBytes } = await work({ signal: controller.signal, onProgress });
        entry.sizeBytes = sizeBytes;
        this.evictOthers(key);
        return value;
      } catch (error) {
        this.forget(key, entry);
        throw error;
      }
    };
    // A turn later, so that `entry` is there when `run` ends.
    const entry: Entry<T> = { result: Promise.resolve().then(run), controller, listeners, waiting: 0, sizeBytes: null };
    this.entries.set(key, entry);
    return entry;
  }

  private async waitFor(key: string, entry: Entry<T>, { signal, onProgress }: WorkOptions): Promise<T> {
    entry.waiting++;
    if (onProgress !== undefined) {
      entry.listeners.add(onProgress);
    }
    try {
      return await abortable(entry.result, signal);
    } finally {
      entry.waiting--;
      if (onProgress !== undefined) {
        entry.listeners.delete(onProgress);
      }
      if (entry.waiting === 0 && entry.sizeBytes === null) {
        this.forget(key, entry);
        entry.controller.abort(signal?.reason);
      }
    }
  }

  private forget(key: string, entry: Entry<T>): void {
    if (this.entries.get(key) === entry) {
      this.entries.delete(key);
    }
  }

  /** Drops what was used least recently until the rest fits; the newest stays, however large. */
  private evictOthers(newest: string): void {
    let total = 0;
    this.entries.forEach(({ sizeBytes }) => {
      total += sizeBytes ?? 0;
    });
    for (const [key, { sizeBytes }] of this.entries) {
      if (total <= this.maxBytes) {
        return;
      }
      if (key !== newest && sizeBytes !== null) {
        total -= sizeBytes;
        this.entries.delete(key);
      }
    }
  }
}

/** The promise, or the signal's reason as soon as it aborts. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) {
    return promise;
  }
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason instanceof Error ? signal.reason : new DOMException('This operation was aborted', 'AbortError'));
    };
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
