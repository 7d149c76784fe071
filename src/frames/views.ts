/** The kinds of panels that draw a view, by Grafana's plugin ids. */
export type ViewPanel =
  | 'timeseries'
  | 'barchart'
  | 'table'
  | 'stat'
  | 'gauge'
  | 'bargauge'
  | 'piechart'
  | 'status-history'
  | 'xychart'
  | 'traces'
  | 'flamegraph'
  | 'nodeGraph'
  | 'state-timeline'
  | 'heatmap'
  | 'histogram'
  | 'trend'
  | 'logs';

/** How a view is asked for. */
export interface ViewTraits {
  /** Core panels that draw it. The first view that names a panel is what `auto` answers that panel with; tables show requests. */
  readonly panels: readonly ViewPanel[];
  /** What its selector can name that is no label of the captures, and whether it can name those too. Without it just those. */
  readonly selectorNames?: { readonly own: readonly string[]; readonly withLabels: boolean };
}

/**
 * The views of query model version 1 (design section 4), in the order in which they are offered. A new view is an entry here, its words in `viewDescriptions.ts` and
 * its builder in `buildFrames.ts`; editors, command line, contract tests, benchmarks and the local page go by this list.
 */
const traits = {
  gcMap: { panels: ['timeseries', 'barchart'] },
  gcCycles: { panels: ['table'] },
  requests: { panels: ['table'] },
  request: { panels: ['traces'] },
  flame: { panels: ['flamegraph'] },
  findings: { panels: ['table'] },
  rootCause: { panels: ['table'] },
  mapSites: { panels: ['table'] },
  mapGrowth: { panels: ['timeseries', 'table'] },
  mapHeap: { panels: ['table'] },
  pauses: { panels: ['table'] },
  compare: { panels: ['table'] },
  top: { panels: ['table'] },
  callGraph: { panels: ['nodeGraph'] },
  latency: { panels: ['heatmap', 'histogram'] },
  mmu: { panels: ['trend', 'xychart'] },
  goroutines: { panels: ['state-timeline'], selectorNames: { own: ['goroutine', 'function'], withLabels: false } },
  procs: { panels: ['state-timeline', 'status-history'] },
  logs: { panels: ['logs'], selectorNames: { own: ['category', 'message'], withLabels: true } },
  events: { panels: ['table'], selectorNames: { own: ['kind', 'goroutine', 'proc', 'thread', 'detail'], withLabels: false } },
  regions: { panels: [] },
  summary: { panels: ['stat', 'gauge', 'bargauge', 'piechart', 'table'] },
  labels: { panels: ['table'] },
  captures: { panels: ['table'] },
} as const satisfies Readonly<Record<string, ViewTraits>>;

/** What a query shows. */
export type View = keyof typeof traits;

/** All views, in the order in which they are offered. */
export const views: readonly View[] = Object.keys(traits).filter(isView);

export function traitsOf(view: View): ViewTraits {
  return traits[view];
}

function isView(name: string): name is View {
  return name in traits;
}
