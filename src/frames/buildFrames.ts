import { GclensError } from '../base';
import { type Capture, otherProgramNotices } from '../correlate';
import { parseSelector } from '../pprof';
import { callGraphFrames } from './callGraph';
import { capturesFrame, listedFrame } from './captures';
import { compareFrame } from './compare';
import type { FrameContext } from './context';
import { isAsked } from './emptyNotice';
import { findingsFrame } from './findings';
import { eventsFrame } from './events';
import { flameFrame, type FlameSources } from './flame';
import type { Frame, FrameNotice } from './frame';
import { gcCyclesFrame } from './gcCycles';
import { gcMapFrames } from './gcMap';
import { goroutineFrames } from './goroutines';
import { labelsFrame } from './labels';
import { latencyFrames } from './latency';
import { logsFrame } from './logs';
import { type FrameDraft, makeFrames } from './makeFrame';
import { mapGrowthFrames } from './mapGrowth';
import { mapHeapFrames } from './mapHeap';
import { mapSitesFrames } from './mapSites';
import { pausesFrame } from './pauses';
import { mmuFrame } from './mmu';
import { procFrames } from './procs';
import type { ViewQuery } from './query';
import { traitsOf, type View, views } from './views';
import { regionFrames } from './regions';
import { requestFrame } from './request';
import { requestsFrame } from './requests';
import { rootCauseFrames } from './rootCause';
import { joinedSources, requireTrace, requireTraceCapture, sortSources, type Sources } from './sources';
import { summaryFrame } from './summary';
import { TaskLookup } from './taskLookup';
import { TimeAxis } from './timeAxis';
import { topFrame } from './top';
import { wholeNotices } from './window';

/** A query with what its builder may ask for. */
interface Asked {
  readonly captures: readonly Capture[];
  /** What they are compared with. */
  readonly baseline: readonly Capture[];
  readonly sources: Sources;
  readonly query: ViewQuery;
  readonly context: FrameContext;
  /** What selectors can name of the tasks. @throws GclensError without a trace */
  readonly lookup: () => TaskLookup;
}

const builders: Readonly<Record<View, (asked: Asked) => FrameDraft[]>> = {
  gcMap: ({ captures, sources, query, context }) =>
    gcMapFrames(captures, requireTrace(sources, 'GC and map activity over time'), query, context),
  gcCycles: ({ sources, query, context }) => [gcCyclesFrame(requireTraceCapture(sources, 'GC cycles'), query, context)],
  requests: ({ sources, query, context, lookup }) => [requestsFrame(requireTrace(sources, 'Requests'), lookup(), query, context)],
  request: ({ sources, query, context }) => [requestFrame(requireTrace(sources, 'Spans of a request'), query, context)],
  flame: ({ sources, baseline, query, context, lookup }) => [
    flameFrame(
      { sources, lookup: sources.trace === null ? null : lookup() },
      baseline.length === 0 ? null : flameSources(sortSources(baseline, query.joinAnyway === true)),
      query,
      context,
    ),
  ],
  rootCause: ({ sources, query }) => rootCauseFrames(sources, query),
  mapSites: ({ sources, query }) => mapSitesFrames(joinedSources(sources), query),
  mapGrowth: ({ sources, query, context }) => mapGrowthFrames(requireTrace(sources, 'Growing maps'), query, context),
  mapHeap: ({ sources, baseline, query }) => mapHeapFrames(joinedSources(sources), baseline, query),
  pauses: ({ sources }) => [pausesFrame(requireTrace(sources, 'Pauses'))],
  compare: ({ sources, baseline }) => [compareFrame(joinedSources(sources), baseline)],
  top: ({ sources, query }) => [topFrame(sources, query)],
  callGraph: ({ sources, query }) => callGraphFrames(sources, query),
  findings: ({ sources, query, context }) => [findingsFrame(sources, query, context)],
  latency: ({ sources, query, context }) => latencyFrames(requireTrace(sources, 'Latencies'), query, context),
  mmu: ({ sources, query }) => [mmuFrame(requireTrace(sources, 'Figures of mutator utilisation'), query)],
  goroutines: ({ sources, query, context }) => goroutineFrames(requireTrace(sources, 'Goroutines'), query, context),
  procs: ({ sources, query, context }) => procFrames(requireTrace(sources, 'Ps'), query, context),
  logs: ({ sources, query, context, lookup }) => [logsFrame(requireTrace(sources, 'User logs'), lookup, query, context)],
  events: ({ sources, query, context }) => [eventsFrame(requireTrace(sources, 'Events'), query, context)],
  regions: ({ sources, query, context }) => regionFrames(requireTraceCapture(sources, 'Regions'), sources, query, context),
  summary: ({ sources, context }) => [summaryFrame(joinedSources(sources), context)],
  labels: ({ sources, query, lookup }) => [labelsFrame(sources, sources.trace === null ? null : lookup(), query)],
  captures: ({ context }) => [context.listed === undefined ? capturesFrame(context.stored ?? []) : listedFrame(context.listed, context)],
};

/**
 * The frames that answer a query. Plain data in plain arrays: they cross workers, snapshots and panel JSON unchanged.
 * @param captures decoded captures of one process and one moment
 * @param baseline those that they are compared with
 * @throws GclensError when the captures cannot answer: it says what is missing and how to get it
 */
export function buildFrames(
  captures: readonly Capture[],
  query: ViewQuery,
  context: FrameContext,
  baseline: readonly Capture[] = [],
): Frame[] {
  const sources = sortSources(captures, query.joinAnyway === true);
  const chosen = query.view === 'auto' ? chooseViews(sources, query, context) : [query.view];
  if (captures.length === 0 && !chosen.includes('captures')) {
    throw new GclensError('there is no profile and no execution trace to show', {
      advice: 'Add one; spans of the application are read beside a trace',
    });
  }
  const asked: Asked = { captures, baseline, sources, query, context, lookup: lookupOf(sources) };
  const drafts = chosen.flatMap((view) => builders[view](asked));
  const ofRange = chosen.length === 1 && chosen.every((view) => countsWhole.has(view)) ? rangeNotices(sources, query, context) : [];
  return makeFrames(context.refId, drafts, [
    ...ofRange,
    ...chosen.flatMap((view) => unknownNameNotices(view, query)),
    ...(query.view === 'auto' ? [] : unusedNotices(query.view, query)),
    ...otherProgramNotices(captures, baseline),
    ...(context.notices ?? []),
    ...sources.notices,
  ]);
}

function flameSources(sources: Sources): FlameSources {
  return { sources, lookup: sources.trace === null ? null : lookupOf(sources)() };
}

/** Views that these members narrow down: what `takes` of their descriptions says. */
const narrowed: Readonly<Record<'selector' | 'query', ReadonlySet<View>>> = {
  selector: new Set<View>(['requests', 'flame', 'top', 'callGraph', 'goroutines', 'logs', 'events']),
  query: new Set<View>(['requests', 'request', 'flame', 'goroutines', 'logs']),
};

/** Of a view that shows all, whatever is selected: filters of a dashboard reach it too. */
function unusedNotices(view: View, query: ViewQuery): FrameNotice[] {
  const unused = (['selector', 'query'] as const).filter((member) => isAsked(query[member]) && !narrowed[member].has(view));
  return unused.length === 0 ? [] : [{ severity: 'info', text: `This view does not go by ${unused.join(' or ')}: it shows all.` }];
}

/** Of a view whose selector names nothing but columns of its own: which names it does not know. */
function unknownNameNotices(view: View, { selector = '' }: ViewQuery): FrameNotice[] {
  const { selectorNames } = traitsOf(view);
  if (selectorNames === undefined || selectorNames.withLabels) {
    return [];
  }
  const { own } = selectorNames;
  const unknown = new Set(parseSelector(selector).matchers.flatMap(({ name }) => (own.includes(name) ? [] : [name])));
  return unknown.size === 0
    ? []
    : [{ severity: 'warning', text: `This view selects by ${own.join(', ')}, not by ${[...unknown].join(', ')}, which counts as empty.` }];
}

/** Views that count a capture as a whole, whatever the panel shows of its time. */
const countsWhole: ReadonlySet<View> = new Set([
  'findings',
  'rootCause',
  'mapSites',
  'mapHeap',
  'pauses',
  'compare',
  'top',
  'callGraph',
  'mmu',
  'summary',
]);

function rangeNotices({ trace }: Sources, { timeUnit }: ViewQuery, context: FrameContext): FrameNotice[] {
  return trace === null ? [] : wholeNotices(trace.analyzed.facts, new TimeAxis(trace.analyzed.facts, timeUnit), context);
}

/** Whether an answer from the beginning of a trace is worth showing while the rest is being read: it is where time runs from left to right. */
export function isUsefulInPart({ view }: ViewQuery, { panelPluginId = '' }: FrameContext): boolean {
  return view === 'gcMap' || (view === 'auto' && viewOfPanel(panelPluginId) === 'gcMap');
}

/** Views by the panel that asks; in Explore, which shows each kind of frame in its own way, several. */
function chooseViews({ trace, profiles }: Sources, query: ViewQuery, { panelPluginId = '' }: FrameContext): View[] {
  if (panelPluginId !== '' && panelPluginId !== 'explore') {
    return [viewOfPanel(panelPluginId) ?? (trace === null ? 'labels' : 'requests')];
  }
  if (trace === null) {
    return ['flame'];
  }
  const hasSamples = profiles.length > 0 || trace.analyzed.facts.samples.length > 0 || trace.analyzed.facts.assists.length > 0;
  const namesRequest = (query.query ?? '').trim() !== '';
  return [
    'gcMap',
    'findings',
    'gcCycles',
    'requests',
    ...(namesRequest ? (['request', 'logs'] as const) : []),
    ...(hasSamples ? (['flame'] as const) : []),
    'procs',
  ];
}

/** The view that a panel draws; undefined for tables, which can draw several, and for what draws none. */
function viewOfPanel(panelPluginId: string): View | undefined {
  return panelPluginId === 'table' ? undefined : views.find((view) => traitsOf(view).panels.some((panel) => panel === panelPluginId));
}

/** The lookup is made where it is needed first, and once: joining a profile costs time. */
function lookupOf(sources: Sources): () => TaskLookup {
  let lookup: TaskLookup | undefined;
  return () => {
    lookup ??= new TaskLookup(requireTrace(sources, 'Requests'), sources.cpuProfile?.profile);
    return lookup;
  };
}
