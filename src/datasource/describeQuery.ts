import { describeLiveProfile } from '../capture';
import type { CaptureRef, LiveRef, ViewQuery } from '../frames';
import { withoutSecrets } from './sources/secretParameters';
import { viewChoice, viewTakes } from './views';

/** One line for collapsed query rows and the query history: what is seen, of which captures, and what narrows it down. */
export function describeQuery(query: ViewQuery): string {
  const { view } = query;
  const captures = viewTakes(view, 'captures') ? [`from ${listRefs(query.captures) || 'no capture'}`] : [];
  const baseline = viewTakes(view, 'baseline') && (query.baseline ?? []).length > 0 ? [`against ${listRefs(query.baseline ?? [])}`] : [];
  return [
    viewChoice(view).label,
    ...(['query', 'selector', 'sampleType', 'focus', 'cycle', 'limit', 'timeUnit'] as const).flatMap((member) =>
      viewTakes(view, member) ? describeMember(query, member) : [],
    ),
    ...captures,
    ...baseline,
  ].join(' ');
}

function describeMember(query: ViewQuery, member: keyof typeof memberWords): string[] {
  const value = query[member];
  if (value === undefined || value === '' || value === 'real') {
    return [];
  }
  return [member === 'query' && query.view === 'request' ? String(value) : memberWords[member](String(value))];
}

const memberWords = {
  query: (value: string) => `of request ${value}`,
  selector: (value: string) => value,
  sampleType: (value: string) => `by ${value}`,
  focus: (value: string) => `with ${value}`,
  cycle: (value: string) => `in GC cycle ${value}`,
  limit: (value: string) => `(${value} at most)`,
  timeUnit: () => '(time stretched)',
};

function listRefs(refs: readonly CaptureRef[]): string {
  return refs.map(describeCaptureRef).join(' + ');
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
      return withoutSecrets(ref.path);
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
  const parts = [
    ...profiles.map((profile) => describeLiveProfile(profile).label),
    ...(path === undefined ? [] : [`${method} ${withoutSecrets(path)}`]),
  ];
  return `live ${parts.join(' + ')}${seconds === undefined ? '' : ` of ${seconds} s`}`;
}

/** As people compare hashes: the first twelve digits. */
export function shortSha256(sha256: string): string {
  return sha256.slice(0, 12);
}
