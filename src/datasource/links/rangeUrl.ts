import type { TimeRangeMs } from '../../frames';

/**
 * The page as it is, with another time range: `from` and `to` of a dashboard, the range of each pane of Explore. Only numbers are put in, so nothing of a capture
 * gets into the address.
 * @param href the page's own address; undefined where there is none, or it has no time range
 */
export function rangeUrl(href: string, { fromMs, toMs }: TimeRangeMs): string | undefined {
  if (!URL.canParse(href) || !Number.isSafeInteger(fromMs) || !Number.isSafeInteger(toMs)) {
    return undefined;
  }
  const url = new URL(href);
  const panes = url.searchParams.get('panes');
  if (panes !== null) {
    const moved = movePanes(panes, { from: String(fromMs), to: String(toMs) });
    if (moved === undefined) {
      return undefined;
    }
    url.searchParams.set('panes', moved);
    return url.href;
  }
  if (!/\/d(-solo)?\//.test(url.pathname)) {
    return undefined;
  }
  url.searchParams.set('from', String(fromMs));
  url.searchParams.set('to', String(toMs));
  return url.href;
}

function movePanes(text: string, range: { readonly from: string; readonly to: string }): string | undefined {
  try {
    const panes: unknown = JSON.parse(text);
    return typeof panes === 'object' && panes !== null
      ? JSON.stringify(Object.fromEntries(Object.entries(panes).map(([id, pane]: [string, unknown]) => [id, { ...Object(pane), range }])))
      : undefined;
  } catch {
    return undefined;
  }
}
