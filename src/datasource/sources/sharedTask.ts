import type { WorkOptions } from '../../base';

/** Work that several wait for: it is done once, tells all of them how far it is, and stops when the last of them leaves. */
export class SharedTask<T> {
  private readonly controller = new AbortController();
  private readonly listeners = new Set<NonNullable<WorkOptions['onProgress']>>();
  private waiting = 0;
  readonly result: Promise<T>;

  constructor(work: (options: Required<WorkOptions>) => Promise<T>) {
    this.result = work({
      signal: this.controller.signal,
      onProgress: (stage, fraction) => {
        this.listeners.forEach((listener) => {
          listener(stage, fraction);
        });
      },
    });
    // Whoever waits hears of it; nobody may.
    this.result.catch(() => undefined);
  }

  /** Whether all left: who comes now begins anew. */
  get isAbandoned(): boolean {
    return this.controller.signal.aborted;
  }

  /** The result; aborting the signal leaves. */
  async join({ signal, onProgress }: WorkOptions): Promise<T> {
    signal?.throwIfAborted();
    this.waiting++;
    // Each waiter has an entry of its own, also where two share a function.
    const listener: NonNullable<WorkOptions['onProgress']> = (stage, fraction) => onProgress?.(stage, fraction);
    this.listeners.add(listener);
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        const reason: unknown = signal?.reason;
        reject(reason instanceof Error ? reason : new DOMException('This operation was aborted', 'AbortError'));
      };
      signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([this.result, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
      this.listeners.delete(listener);
      this.waiting--;
      if (this.waiting === 0 && signal?.aborted === true) {
        this.controller.abort(signal.reason);
      }
    }
  }
}

/** Tasks by what they do: whoever asks for one that goes on joins it. */
export class SharedTasks<T> {
  private readonly running = new Map<string, SharedTask<T>>();

  /** The result of the work with this key, which begins now unless it goes on already. */
  join(key: string, work: (options: Required<WorkOptions>) => Promise<T>, options: WorkOptions): Promise<T> {
    const known = this.running.get(key);
    return (known === undefined || known.isAbandoned ? this.begin(key, work) : known).join(options);
  }

  private begin(key: string, work: (options: Required<WorkOptions>) => Promise<T>): SharedTask<T> {
    const task = new SharedTask(work);
    this.running.set(key, task);
    const forget = () => {
      if (this.running.get(key) === task) {
        this.running.delete(key);
      }
    };
    task.result.then(forget, forget);
    return task;
  }
}
