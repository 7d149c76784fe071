import { parseSha256 } from '../capture';
import type { CaptureRef, ViewQuery } from './query';
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
    ...(query.joinAnyway === true || query.joinAnyway === 'true' ? { joinAnyway: true } : {}),
  };
}

function readView(view: unknown): View | 'auto' {
  return views.find((known) => known === view) ?? 'auto';
}

function readCaptures(captures: unknown): CaptureRef[] {
  return Array.isArray(captures) ? captures.flatMap((ref: unknown) => readCapture(ref) ?? []) : [];
}

function readCapture(ref: unknown): CaptureRef | undefined {
  if (!isRecord(ref)) {
    return undefined;
  }
  if (ref.by === 'latest' || ref.by === 'sample') {
    return { by: ref.by };
  }
  const sha256 = ref.by === 'sha256' && typeof ref.sha256 === 'string' ? parseSha256(ref.sha256) : undefined;
  return sha256 === undefined ? undefined : { by: 'sha256', sha256, ...textMember(ref, 'name') };
}

/** Variables and deep links write numbers as text and the other way round. */
function textMember<K extends string>(record: Readonly<Record<string, unknown>>, name: K): { readonly [N in K]?: string } {
  const value = record[name];
  if (typeof value !== 'string' && typeof value !== 'number') {
    return {};
  }
  return { [name]: String(value) } as { readonly [N in K]: string };
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
