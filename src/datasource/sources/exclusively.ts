import type { WorkOptions } from '../../base';

/** Where browsers have no locks (pages without https), tabs do not know of each other; the page's own work still goes one after the other. */
const lastOfPage = new Map<string, Promise<unknown>>();

/** Does work of one name after the other, across all tabs of the browser. */
export async function exclusively<T>(name: string, { signal }: WorkOptions, work: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  if (locks !== undefined) {
    return locks.request(`gclens ${name}`, signal === undefined ? {} : { signal }, work);
  }
  const before = lastOfPage.get(name) ?? Promise.resolve();
  const mine = before
    .catch(() => undefined)
    .then(() => {
      signal?.throwIfAborted();
      return work();
    });
  lastOfPage.set(name, mine);
  return mine;
}
