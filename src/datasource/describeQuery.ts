import { describeLiveProfile } from '../capture';
import type { CaptureRef, LiveRef, ViewQuery } from '../frames';
import { viewChoice } from './views';

/** One line for collapsed query rows and the query history. */
export function describeQuery(query: ViewQuery): string {
  const parts = [
    viewChoice(query.view).label,
    query.query ? `of ${query.query}` : '',
    query.selector ?? '',
    query.cycle === undefined ? '' : `in GC cycle ${query.cycle}`,
    `from ${query.captures.map(describeCaptureRef).join(' + ') || 'no capture'}`,
    query.baseline === undefined || query.baseline.length === 0 ? '' : `against ${query.baseline.map(describeCaptureRef).join(' + ')}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** A capture as a query names it, in words. */
export function describeCaptureRef(ref: CaptureRef): string {
  switch (ref.by) {
    case 'sample':
      return 'sample capture';
    case 'latest':
      return 'newest drop';
    case 'sha256':
      return ref.name ?? shortSha256(ref.sha256);
    case 'embedded':
      return `${ref.name} (embedded)`;
    case 'url':
      return ref.path;
    case 'variable':
      return ref.variable;
    case 'live':
      return describeLiveRef(ref);
    case 'store': {
      const labels = Object.entries(ref.labels ?? {}).map(([key, value]) => `${key}=${value}`);
      const which = [ref.glob ?? 'store', ...labels].join(' ');
      return ref.pick === 'latest' ? `newest of ${which}` : `${which} in the time range`;
    }
  }
}

function describeLiveRef({ profiles, seconds, path, method = 'GET' }: LiveRef): string {
  const parts = [...profiles.map((profile) => describeLiveProfile(profile).label), ...(path === undefined ? [] : [`${method} ${path}`])];
  return `live ${parts.join(' + ')}${seconds === undefined ? '' : ` of ${seconds} s`}`;
}

/** As people compare hashes: the first twelve digits. */
export function shortSha256(sha256: string): string {
  return sha256.slice(0, 12);
}
