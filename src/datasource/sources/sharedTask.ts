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
