import type { CaptureStore } from './store';

const gigabyte = 1e9;

/** What the store holds and what room is left, as a clause. */
export async function describeStorage(store: CaptureStore): Promise<string> {
  const captures = await store.list();
  const held = captures.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const holds = `${captures.length} captures, ${(held / gigabyte).toFixed(2)} GB`;
  const estimate = await navigator.storage?.estimate().catch(() => undefined);
  if (estimate?.quota === undefined) {
    return holds;
  }
  return `${holds}, room for ${((estimate.quota - (estimate.usage ?? 0)) / gigabyte).toFixed(1)} GB more`;
}
