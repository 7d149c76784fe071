import { liveProfiles, parseSha256 } from '../capture';
import { type CaptureRef, liveMethods, type LiveRef, regionKinds, storePicks, type StoreRef, type ViewQuery } from './query';
import { type View, views } from './views';

/**
 * Any stored query as the current version. Never throws: what cannot be understood is left out, an unknown view becomes `auto`, so that a dashboard
 * of another version still opens. Every migration between versions belongs here.
 * @param input a query as a dashboard, a link or a command line holds it
 */
export function migrateQuery(input: unknown): ViewQuery {
  const query = isRecord(input) ? input : {};
  return {
    version: 1,
    view: readView(query.view),
    captures: readCaptures(query.captures),
    ...(Array.isArray(query.baseline) ? { baseline: readCaptures(query.baseline) } : {}),
    ...textMember(query, 'selector'),
    ...textMember(query, 'query'),
    ...textMember(query, 'sampleType'),
    ...countMember(query, 'cycle', 0),
    ...textMember(query, 'focus'),
    ...countMember(query, 'maxNodes', 2),
    ...countMember(query, 'limit', 1),
    ...(query.timeUnit === 'real' || query.timeUnit === 'stretched' ? { timeUnit: query.timeUnit } : {}),
    ...readRegions(query.regions),
    ...(query.joinAnyway === true || query.joinAnyway === 'true' ? { joinAnyway: true } : {}),
  };
}

function readView(view: unknown): View | 'auto' {
  return views.find((known) => known === view) ?? 'auto';
}

function readCaptures(captures: unknown): CaptureRef[] {
  return Array.isArray(captures)
    ? captures.flatMap((ref: unknown) => (isRecord(ref) && ref.by === 'variable' ? readVariable(ref) : (readCapture(ref) ?? [])))
    : [];
}

/** A variable that is not filled in yet stays one. */
function readVariable({ variable }: Readonly<Record<string, unknown>>): CaptureRef[] {
  if (typeof variable !== 'string' || /^(\$|\[\[)/.test(variable)) {
    return typeof variable === 'string' ? [{ by: 'variable', variable }] : [];
  }
  return variable.split('\n').flatMap((value): CaptureRef[] => {
    const sha256 = parseSha256(value);
    if (sha256 !== undefined) {
      return [{ by: 'sha256', sha256 }];
    }
    return value === 'sample' || value === 'latest' ? [{ by: value }] : value.trim() === '' ? [] : [{ by: 'url', path: value }];
  });
}

function readRegions(regions: unknown): Pick<ViewQuery, 'regions'> {
  if (!Array.isArray(regions)) {
    return {};
  }
  const asked: readonly unknown[] = regions;
  return { regions: regionKinds.filter((kind) => asked.includes(kind)) };
}

function readCapture(ref: unknown): CaptureRef | undefined {
  if (!isRecord(ref)) {
    return undefined;
  }
  switch (ref.by) {
    case 'latest':
    case 'sample':
      return { by: ref.by };
    case 'sha256': {
      const sha256 = typeof ref.sha256 === 'string' ? parseSha256(ref.sha256) : undefined;
      return sha256 === undefined ? undefined : { by: 'sha256', sha256, ...textMember(ref, 'name') };
    }
    case 'embedded':
      return typeof ref.data !== 'string' ? undefined : { by: 'embedded', name: textOf(ref.name) ?? 'embedded capture', data: ref.data };
    case 'live':
      return readLive(ref);
    case 'url':
      return typeof ref.path !== 'string' ? undefined : { by: 'url', path: ref.path };
    case 'store':
      return readStore(ref);
    default:
      return undefined;
  }
}

/** Undefined where it asks for nothing. */
function readLive(ref: Readonly<Record<string, unknown>>): LiveRef | undefined {
  const asked: readonly unknown[] = Array.isArray(ref.profiles) ? ref.profiles : [];
  const profiles = liveProfiles.filter((profile) => asked.includes(profile));
  const method = liveMethods.find((known) => known === ref.method);
  const read: LiveRef = {
    by: 'live',
    profiles,
    ...countMember(ref, 'seconds', 1),
    ...(ref.path === '' ? {} : textMember(ref, 'path')),
    ...(method === undefined ? {} : { method }),
  };
  return profiles.length === 0 && read.path === undefined ? undefined : read;
}

function readStore(ref: Readonly<Record<string, unknown>>): StoreRef {
  const labels = isRecord(ref.labels) ? ref.labels : {};
  const read = Object.entries(labels).flatMap(([key, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[key, text] as const];
  });
  return {
    by: 'store',
    ...textMember(ref, 'glob'),
    pick: storePicks.find((pick) => pick === ref.pick) ?? 'latest',
    ...(read.length === 0 ? {} : { labels: Object.fromEntries(read) }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Variables and deep links write numbers as text and the other way round. */
function textMember<K extends string>(record: Readonly<Record<string, unknown>>, name: K): { readonly [N in K]?: string } {
  const value = textOf(record[name]);
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in K]: string });
}

function countMember<K extends string>(record: Readonly<Record<string, unknown>>, name: K, least: number): { readonly [N in K]?: number } {
  const value = record[name];
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  const count = isNumber ? Number(value) : NaN;
  return Number.isSafeInteger(count) && count >= least ? ({ [name]: count } as { readonly [N in K]: number }) : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
