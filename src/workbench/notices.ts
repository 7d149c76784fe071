import type { DataFrame, QueryResultMetaNotice } from '@grafana/data';

/** The notices of several frames, each once. */
export function noticesOf(frames: readonly DataFrame[]): readonly QueryResultMetaNotice[] {
  const byText = new Map(frames.flatMap(({ meta }) => meta?.notices ?? []).map((notice) => [notice.text, notice]));
  return [...byText.values()];
}
