import { formattedValueToString, getValueFormat } from '@grafana/data';

import type { CaptureStore } from './store';

/** A size with its unit, as Grafana writes bytes. */
export function formatBytes(sizeBytes: number): string {
  return formattedValueToString(getValueFormat('bytes')(sizeBytes));
}

/** What the store holds and what room is left, as a clause. */
export async function describeStorage(store: CaptureStore): Promise<string> {
  const captures = await store.list();
  const heldBytes = captures.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const holds = `${captures.length} ${captures.length === 1 ? 'capture' : 'captures'}, ${formatBytes(heldBytes)}`;
  const { quota, usage = 0 } = await estimateStorage();
  return quota === undefined ? holds : `${holds}, room for ${formatBytes(quota - usage)} more`;
}

/** Browsers tell only in secure contexts (https, localhost). */
async function estimateStorage(): Promise<StorageEstimate> {
  const storage: StorageManager | undefined = navigator.storage;
  return storage === undefined ? {} : storage.estimate().catch(() => ({}));
}
