import type { ViewQuery } from '../../frames';

/**
 * Queries of Grafana's Pyroscope data source (public/app/plugins/datasource/grafana-pyroscope-datasource/dataquery.cue): panels, and Tempo's "traces to profiles", can
 * be pointed at gclens as they are.
 */
export interface PyroscopeQuery {
  readonly labelSelector?: string;
  /** Span ids, 16 hex digits. */
  readonly spanSelector?: readonly string[];
  /** `process_cpu:cpu:nanoseconds:cpu:nanoseconds`. */
  readonly profileTypeId?: string;
  readonly queryType?: string;
  readonly maxNodes?: number;
}

/** What is asked for of a profile: its flame graph, its value over time, or both, which only Explore can show. */
export type PyroscopeAnswer = 'profile' | 'metrics' | 'both';

/** Undefined for a query of gclens' own. */
export function readPyroscopeQuery(query: object): PyroscopeQuery | undefined {
  const members: Readonly<Record<string, unknown>> = { ...query };
  const { labelSelector, spanSelector, profileTypeId, queryType, maxNodes } = members;
  const isOwn = 'view' in members || 'version' in members;
  if (isOwn || (typeof labelSelector !== 'string' && typeof profileTypeId !== 'string' && !Array.isArray(spanSelector))) {
    return undefined;
  }
  return {
    ...(typeof labelSelector === 'string' ? { labelSelector } : {}),
    ...(Array.isArray(spanSelector) ? { spanSelector: spanSelector.filter((id) => typeof id === 'string') } : {}),
    ...(typeof profileTypeId === 'string' ? { profileTypeId } : {}),
    ...(typeof queryType === 'string' ? { queryType } : {}),
    ...(typeof maxNodes === 'number' && maxNodes > 0 ? { maxNodes } : {}),
  };
}

/** Dashboards draw one kind of frame, so "both" is the flame graph there, as in the Pyroscope data source. */
export function pyroscopeAnswer({ queryType }: PyroscopeQuery, isExplore: boolean): PyroscopeAnswer {
  if (queryType === 'metrics') {
    return 'metrics';
  }
  return queryType === 'both' && isExplore ? 'both' : 'profile';
}

/** The same as a query of gclens: a flame graph of the sample type, of the samples that labels and spans select. */
export function fromPyroscope({
  labelSelector = '',
  spanSelector = [],
  profileTypeId = '',
  maxNodes,
}: PyroscopeQuery): Omit<ViewQuery, 'captures'> {
  const ids = spanSelector.filter((id) => id !== '');
  const [, sampleType = ''] = profileTypeId.split(':');
  return {
    version: 1,
    view: 'flame',
    selector: ids.length > 1 ? joinSelectors(labelSelector, `span_id=~"${ids.map(onlyIdCharacters).join('|')}"`) : labelSelector,
    ...(ids.length === 1 && ids[0] !== undefined ? { query: ids[0] } : {}),
    ...(sampleType === '' ? {} : { sampleType }),
    ...(maxNodes === undefined ? {} : { maxNodes }),
  };
}

function onlyIdCharacters(id: string): string {
  return id.replace(/[^0-9A-Za-z]/g, '');
}

function joinSelectors(selector: string, matcher: string): string {
  const own = selector.trim().replace(/^\{/, '').replace(/\}$/, '').trim().replace(/,$/, '');
  return `{${own === '' ? '' : `${own}, `}${matcher}}`;
}
