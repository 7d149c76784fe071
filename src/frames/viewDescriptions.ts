import { latencySubjects, likeGoToolTrace, traceSampleTypes } from './query';
import { traitsOf, type View, type ViewTraits } from './views';

/** What the members of a query are that change what some views show, and others not. */
export type QueryMember =
  'captures' | 'baseline' | 'selector' | 'query' | 'sampleType' | 'focus' | 'maxNodes' | 'cycle' | 'limit' | 'timeUnit';

/** What there is to say of a view where it is offered: in editors, on the command line, on the local page. */
interface ViewWords {
  readonly label: string;
  readonly description: string;
  /** Members of the query that change what it shows: editors show no others. */
  readonly takes: readonly QueryMember[];
  /** Sample types that it knows whatever the captures hold; those of profiles come from these. */
  readonly sampleTypes?: readonly string[];
  /** Whether it shows an execution trace alone: profiles without one have nothing for it. */
  readonly needsTrace?: true;
  /** Whether the local page lists it among its further views; the others have a place of their own there, or none. */
  readonly isFurther?: true;
}

export type ViewDescription = ViewTraits & ViewWords;

/** Apart from the views' traits, which are all that the worker needs. */
const words: Readonly<Record<View, ViewWords>> = {
  gcMap: {
    label: 'GC against map activity',
    description: 'Map activity, assists and heap over time, GC cycles as regions (time series)',
    takes: ['captures', 'timeUnit'],
    needsTrace: true,
  },
  gcCycles: {
    label: 'GC cycles',
    description: 'One row a cycle: trigger, stop-the-worlds, assists, map work in it (table)',
    takes: ['captures', 'timeUnit'],
    needsTrace: true,
  },
  requests: {
    label: 'Requests',
    description: 'Tasks with what they paid to GC, highest tax first (table)',
    takes: ['captures', 'selector', 'query', 'cycle', 'limit', 'timeUnit'],
    needsTrace: true,
  },
  request: {
    label: 'One request',
    description: 'Regions, waits, assists and stop-the-worlds of one request (trace view)',
    takes: ['captures', 'query', 'timeUnit'],
    needsTrace: true,
  },
  flame: {
    label: 'Flame graph',
    description: 'Samples of a profile, or CPU samples, assists, GC triggers and waits of a trace; against a baseline the difference',
    takes: ['captures', 'baseline', 'selector', 'query', 'sampleType', 'focus', 'maxNodes', 'cycle', 'timeUnit'],
    sampleTypes: traceSampleTypes,
  },
  findings: {
    label: 'Findings',
    description: 'What is wrong with GC, how sure, who causes it and who pays, what to do (table)',
    takes: ['captures', 'limit'],
  },
  rootCause: {
    label: 'Root cause',
    description: 'Lines that drive GC, the cause of each cycle, and what took the requests’ time (tables)',
    takes: ['captures', 'limit'],
    needsTrace: true,
    isFurther: true,
  },
  mapSites: {
    label: 'Map sites',
    description:
      'Lines by map operation with samples, allocations, assists and GC starts; how functions use the maps they iterate (tables)',
    takes: ['captures', 'limit'],
    isFurther: true,
  },
  mapGrowth: {
    label: 'Map growth',
    description:
      'Entries, room and tables of maps over time by map.stats logs, beside GC cycles; lines that grow maps (time series, table)',
    takes: ['captures', 'timeUnit'],
    needsTrace: true,
    isFurther: true,
  },
  mapHeap: {
    label: 'Memory of maps',
    description: 'Lines that own the memory of maps, by heap profiles, and known leak patterns (tables)',
    takes: ['captures', 'baseline', 'limit'],
    isFurther: true,
  },
  pauses: {
    label: 'Iteration around pauses',
    description: 'Map iteration before, during and after stop-the-worlds, with the lift and its interval (table)',
    takes: ['captures'],
    needsTrace: true,
    isFurther: true,
  },
  compare: {
    label: 'Compare',
    description: 'Captures against a baseline: GC cycles, bytes, pauses, assists, map share, and what of it is beyond noise (table)',
    takes: ['captures', 'baseline'],
    isFurther: true,
  },
  top: {
    label: 'Top functions',
    description: 'Functions by their own value, as go tool pprof -top (table)',
    takes: ['captures', 'selector', 'sampleType', 'focus', 'limit'],
    isFurther: true,
  },
  callGraph: {
    label: 'Call graph',
    description: 'Who calls whom, pruned as go tool pprof -dot does (node graph)',
    takes: ['captures', 'selector', 'sampleType', 'focus', 'maxNodes'],
    isFurther: true,
  },
  latency: {
    label: 'Latency',
    description: 'How long goroutines waited for a P and requests took, by what the GC did meanwhile (heat map, histogram, table)',
    takes: ['captures', 'sampleType', 'timeUnit'],
    sampleTypes: latencySubjects,
    needsTrace: true,
    isFurther: true,
  },
  mmu: {
    label: 'Mutator utilisation',
    description: 'The least share of the processors that the program had in windows of any length (trend)',
    takes: ['captures', 'sampleType'],
    sampleTypes: [likeGoToolTrace],
    needsTrace: true,
    isFurther: true,
  },
  goroutines: {
    label: 'Goroutines',
    description: 'What goroutines did, a lane for each: those that ran longest, or those of one request (state timeline)',
    takes: ['captures', 'selector', 'query', 'cycle', 'limit', 'timeUnit'],
    needsTrace: true,
    isFurther: true,
  },
  procs: {
    label: 'Ps',
    description: 'What each P did: idle, running, or at work for the GC (state timeline)',
    takes: ['captures', 'cycle', 'limit', 'timeUnit'],
    needsTrace: true,
    isFurther: true,
  },
  logs: {
    label: 'Logs',
    description: 'User logs of the trace, to the nanosecond (logs)',
    takes: ['captures', 'selector', 'query', 'cycle', 'limit', 'timeUnit'],
    needsTrace: true,
    isFurther: true,
  },
  events: {
    label: 'Events',
    description: 'Raw events of the trace, as go tool trace -d=parsed prints them (table)',
    takes: ['captures', 'selector', 'cycle', 'limit', 'timeUnit'],
    needsTrace: true,
    isFurther: true,
  },
  regions: {
    label: 'Regions',
    description: 'GC cycles, stop-the-worlds and findings as regions of a time axis (annotations of any dashboard)',
    takes: ['captures', 'limit', 'timeUnit'],
    needsTrace: true,
  },
  summary: {
    label: 'Summary',
    description: 'The captures in single figures: GC tax, cycles, pauses, assists, allocation, map share (stat, gauge, pie chart)',
    takes: ['captures'],
  },
  labels: {
    label: 'Labels',
    description: 'Label keys and values that a selector can name (table)',
    takes: ['captures', 'limit'],
  },
  captures: {
    label: 'Captures',
    description: 'What this browser keeps, or a directory or bucket has (table)',
    takes: ['captures'],
  },
};

/** What there is to say of a view. */
export function describeView(view: View): ViewDescription {
  return { ...traitsOf(view), ...words[view] };
}
