import type { DataQuery } from '@grafana/schema';

import { type CaptureRef, migrateQuery } from '../../frames';

/** What a variable can list. */
export const variableKinds = [
  'captures',
  'services',
  'endpoints',
  'labelKeys',
  'labelValues',
  'mapSites',
  'gcCycles',
  'sampleTypes',
] as const;
export type VariableKind = (typeof variableKinds)[number];

/** The query of a dashboard variable. */
export interface VariableQuery extends DataQuery {
  readonly version: 1;
  readonly kind: VariableKind;
  /** Where the values come from; `captures` lists this browser's store without. */
  readonly captures: readonly CaptureRef[];
  /** labelValues: of which label. */
  readonly key?: string;
}

/** Any stored query of a variable as the current one. Never throws; a text alone names a kind. */
export function migrateVariableQuery(stored: unknown): VariableQuery {
  const query: Readonly<Record<string, unknown>> = typeof stored === 'object' && stored !== null ? { ...stored } : { kind: stored };
  const captures = Array.isArray(query.captures) ? query.captures : [{ by: 'sample' }];
  return {
    refId: typeof query.refId === 'string' ? query.refId : 'gclens-variable',
    version: 1,
    kind: variableKinds.find((kind) => kind === query.kind) ?? 'captures',
    captures: migrateQuery({ captures }).captures,
    ...(typeof query.key === 'string' && query.key !== '' ? { key: query.key } : {}),
  };
}
