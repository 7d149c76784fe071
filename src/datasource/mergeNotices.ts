import type { DataFrame, QueryResultMetaNotice } from '@grafana/data';

const severities = ['error', 'warning', 'info'] as const;

/**
 * A dashboard's panel shows one notice of each severity, the last one, so those of an answer are put together: one of each severity on the first frame, with the first
 * link among them. Without notices nothing changes.
 */
export function mergeNotices(frames: readonly DataFrame[]): DataFrame[] {
  const all = frames.flatMap(({ meta }) => meta?.notices ?? []);
  if (all.length === 0) {
    return [...frames];
  }
  const merged = severities.flatMap((severity) => mergeOne(all.filter((notice) => notice.severity === severity)));
  return frames.map((frame, position) => ({ ...frame, meta: { ...frame.meta, notices: position === 0 ? merged : [] } }));
}

function mergeOne(notices: readonly QueryResultMetaNotice[]): QueryResultMetaNotice[] {
  const [first] = notices;
  const link = notices.find((notice) => notice.link !== undefined)?.link;
  return first === undefined
    ? []
    : [{ severity: first.severity, text: notices.map(({ text }) => text).join(' '), ...(link === undefined ? {} : { link }) }];
}
