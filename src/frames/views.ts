import { latencySubjects, likeGoToolTrace, traceSampleTypes } from './query';

/** What the members of a query are that change what some views show, and others not. */
export type QueryMember =
  'captures' | 'baseline' | 'selector' | 'query' | 'sampleType' | 'focus' | 'maxNodes' | 'cycle' | 'limit' | 'timeUnit';

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

/** What there is to say of a view where it is offered: in editors, on the command line, on the local page. */
export interface ViewDescription {
  readonly label: string;
  readonly description: string;
  /** Core panels that draw it. The first view that names a panel is what `auto` answers that panel with; tables show requests. */
  readonly panels: readonly ViewPanel[];
  /** Members of the query that change what it shows: editors show no others. */
  readonly takes: readonly QueryMember[];
  /** Sample types that it knows whatever the captures hold; those of profiles come from these. */
  readonly sampleTypes?: readonly string[];
  /** What its selector can name that is no label of the captures, and whether it can name those too. Without it just those. */
  readonly selectorNames?: { readonly own: readonly string[]; readonly withLabels: boolean };
  /** Whether it shows an execution trace alone: profiles without one have nothing for it. */
  readonly needsTrace?: true;
  /** Whether the local page lists it among its further views; the others have a place of their own there, or none. */
  readonly isFurther?: true;
}

/**
 * The views of query model version 1 (design section 4), in the order in which they are offered. A new view is an entry here and its builder in
 * `buildFrames.ts`; editors, command line, contract tests, benchmarks and the local page go by this list.
 */
export const viewDescriptions = {
  gcMap: {
    label: 'GC against map activity',
    description: 'Map activity, assists and heap over time, GC cycles as regions (time series)',
    panels: ['timeseries', 'barchart'],
    takes: ['captures', 'timeUnit'],
    needsTrace: true,
  },
  gcCycles: {
    label: 'GC cycles',
    description: 'One row a cycle: trigger, stop-the-worlds, assists, map work in it (table)',
    panels: ['table'],
    takes: ['captures', 'timeUnit'],
    needsTrace: true,
  },
  requests: {
    label: 'Requests',
    description: 'Tasks with what they paid to GC, highest tax first (table)',
    panels: ['table'],
    takes: ['captures', 'selector', 'query', 'cycle', 'limit', 'timeUnit'],
    needsTrace: true,
  },
  request: {
    label: 'One request',
    description: 'Regions, waits, assists and stop-the-worlds of one request (trace view)',
    panels: ['traces'],
    takes: ['captures', 'query', 'timeUnit'],
    needsTrace: true,
  },
  flame: {
    label: 'Flame graph',
    description: 'Samples of a profile, or CPU samples, assists, GC triggers and waits of a trace; against a baseline the difference',
    panels: ['flamegraph'],
    takes: ['captures', 'baseline', 'selector', 'query', 'sampleType', 'focus', 'maxNodes', 'cycle', 'timeUnit'],
    sampleTypes: traceSampleTypes,
  },
  findings: {
    label: 'Findings',
    description: 'What is wrong with GC, how sure, who causes it and who pays, what to do (table)',
    panels: ['table'],
    takes: ['captures', 'limit'],
  },
  rootCause: {
    label: 'Root cause',
    description: 'Lines that drive GC, the cause of each cycle, and what took the requests’ time (tables)',
    panels: ['table'],
    takes: ['captures', 'limit'],
    needsTrace: true,
    isFurther: true,
  },
  mapSites: {
    label: 'Map sites',
    description:
      'Lines by map operation with samples, allocations, assists and GC starts; how functions use the maps they iterate (tables)',
    panels: ['table'],
    takes: ['captures', 'limit'],
    isFurther: true,
  },
  mapGrowth: {
    label: 'Map growth',
    description:
      'Entries, room and tables of maps over time by map.stats logs, beside GC cycles; lines that grow maps (time series, table)',
    panels: ['timeseries', 'table'],
    takes: ['captures', 'timeUnit'],
    needsTrace: true,
    isFurther: true,
  },
  mapHeap: {
    label: 'Memory of maps',
    description: 'Lines that own the memory of maps, by heap profiles, and known leak patterns (tables)',
    panels: ['table'],
    takes: ['captures', 'baseline', 'limit'],
    isFurther: true,
  },
  pauses: {
    label: 'Iteration around pauses',
    description: 'Map iteration before, during and after stop-the-worlds, with the lift and its interval (table)',
    panels: ['table'],
    takes: ['captures'],
    needsTrace: true,
    isFurther: true,
  },
  compare: {
    label: 'Compare',
    description: 'Captures against a baseline: GC cycles, bytes, pauses, assists, map share, and what of it is beyond noise (table)',
    panels: ['table'],
    takes: ['captures', 'baseline'],
    isFurther: true,
  },
  top: {
    label: 'Top functions',
    description: 'Functions by their own value, as go tool pprof -top (table)',
    panels: ['table'],
    takes: ['captures', 'selector', 'sampleType', 'focus', 'limit'],
    isFurther: true,
  },
  callGraph: {
    label: 'Call graph',
    description: 'Who calls whom, pruned as go tool pprof -dot does (node graph)',
    panels: ['nodeGraph'],
    takes: ['captures', 'selector', 'sampleType', 'focus', 'maxNodes'],
    isFurther: true,
  },
  latency: {
    label: 'Latency',
    description: 'How long goroutines waited for a P and requests took, by what the GC did meanwhile (heat map, histogram, table)',
    panels: ['heatmap', 'histogram'],
    takes: ['captures', 'sampleType', 'timeUnit'],
    sampleTypes: latencySubjects,
    needsTrace: true,
    isFurther: true,
  },
  mmu: {
    label: 'Mutator utilisation',
    description: 'The least share of the processors that the program had in windows of any length (trend)',
    panels: ['trend', 'xychart'],
    takes: ['captures', 'sampleType'],
    sampleTypes: [likeGoToolTrace],
    needsTrace: true,
    isFurther: true,
  },
  goroutines: {
    label: 'Goroutines',
    description: 'What goroutines did, a lane for each: those that ran longest, or those of one request (state timeline)',
    panels: ['state-timeline'],
    takes: ['captures', 'selector', 'query', 'cycle', 'limit', 'timeUnit'],
    selectorNames: { own: ['goroutine', 'function'], withLabels: false },
    needsTrace: true,
    isFurther: true,
  },
  procs: {
    label: 'Ps',
    description: 'What each P did: idle, running, or at work for the GC (state timeline)',
    panels: ['state-timeline', 'status-history'],
    takes: ['captures', 'cycle', 'limit', 'timeUnit'],
    needsTrace: true,
    isFurther: true,
  },
  logs: {
    label: 'Logs',
    description: 'User logs of the trace, to the nanosecond (logs)',
    panels: ['logs'],
    takes: ['captures', 'selector', 'query', 'cycle', 'limit', 'timeUnit'],
    selectorNames: { own: ['category', 'message'], withLabels: true },
    needsTrace: true,
    isFurther: true,
  },
  events: {
    label: 'Events',
    description: 'Raw events of the trace, as go tool trace -d=parsed prints them (table)',
    panels: ['table'],
    takes: ['captures', 'selector', 'cycle', 'limit', 'timeUnit'],
    selectorNames: { own: ['kind', 'goroutine', 'proc', 'thread', 'detail'], withLabels: false },
    needsTrace: true,
    isFurther: true,
  },
  regions: {
    label: 'Regions',
    description: 'GC cycles, stop-the-worlds and findings as regions of a time axis (annotations of any dashboard)',
    panels: [],
    takes: ['captures', 'limit', 'timeUnit'],
    needsTrace: true,
  },
  summary: {
    label: 'Summary',
    description: 'The captures in single figures: GC tax, cycles, pauses, assists, allocation, map share (stat, gauge, pie chart)',
    panels: ['stat', 'gauge', 'bargauge', 'piechart', 'table'],
    takes: ['captures'],
  },
  labels: {
    label: 'Labels',
    description: 'Label keys and values that a selector can name (table)',
    panels: ['table'],
    takes: ['captures', 'limit'],
  },
  captures: {
    label: 'Captures',
    description: 'What this browser keeps, or a directory or bucket has (table)',
    panels: ['table'],
    takes: ['captures'],
  },
} as const satisfies Readonly<Record<string, ViewDescription>>;

/** What a query shows. */
export type View = keyof typeof viewDescriptions;

/** All views, in the order in which they are offered. */
export const views: readonly View[] = Object.keys(viewDescriptions).filter(isView);

/** What there is to say of a view. */
export function describeView(view: View): ViewDescription {
  return viewDescriptions[view];
}

function isView(name: string): name is View {
  return name in viewDescriptions;
}
