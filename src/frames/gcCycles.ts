import { type CycleActivity, cyclePosition, type GcCycle, SpanIds, type TraceCapture } from '../correlate';
import type { FrameContext } from './context';
import { noCyclesNotice } from './emptyNotice';
import { booleanField, type FieldConfig, type FrameDraft, numberField, stringField } from './makeFrame';
import type { Field } from './frame';
import { tracingLink, viewLink } from './links';
import type { ViewQuery } from './query';
import { TimeAxis } from './timeAxis';
import { chooseWindow, partNotice } from './window';

interface Row {
  readonly cycle: GcCycle;
  readonly activity: CycleActivity | undefined;
  /** Of the trace that exporting the capture's spans makes of the cycle. */
  readonly traceId: string;
}

/** One row a GC cycle: what started it, what it cost, which map activity fell into it (facts.md section 10). */
export function gcCyclesFrame({ sha256, analyzed: { facts, cycles } }: TraceCapture, query: ViewQuery, context: FrameContext): FrameDraft {
  const axis = new TimeAxis(facts, query.timeUnit);
  const chosen = chooseWindow(facts, axis, context);
  const { fromNs, toNs } = chosen.window;
  const ids = new SpanIds(sha256);
  const rows = facts.gcCycles
    .map((cycle, row): Row => ({ cycle, activity: cycles[row], traceId: ids.traceId(cyclePosition(row)) }))
    .filter(({ cycle }) => cycle.startNs < toNs && cycle.endNs > fromNs);
  const numbers = (name: string, valueOf: (row: Row) => number, config: FieldConfig): Field => numberField(name, rows.map(valueOf), config);
  const texts = (name: string, valueOf: (row: Row) => string | null, config: FieldConfig): Field =>
    stringField(name, rows.map(valueOf), config);
  return {
    name: 'GC cycles',
    meta: { preferredVisualisationType: 'table', uniqueRowIdFields: [0] },
    notices: [
      ...axis.notices,
      ...chosen.notices,
      ...noCyclesNotice(facts.gcCycles),
      ...partNotice('GC cycles', chosen, rows.length, facts.gcCycles.length),
    ],
    fields: [
      numbers('cycle', ({ cycle }) => cycle.seq, { displayName: 'GC', links: cycleLinks(query, context), custom: { width: 70 } }),
      axis.field(
        'start',
        rows.map(({ cycle }) => cycle.startNs),
      ),
      numbers('durationNs', ({ cycle }) => cycle.endNs - cycle.startNs, {
        displayName: 'duration',
        unit: 'ns',
        description: 'Mark phase and the stop-the-world that ends it',
      }),
      numbers('stwNs', ({ activity }) => activity?.stwNs ?? 0, {
        displayName: 'stopped',
        unit: 'ns',
        description: 'GC stop-the-worlds inside the cycle',
      }),
      numbers('assistNs', ({ activity }) => activity?.assistNs ?? 0, {
        displayName: 'assists',
        unit: 'ns',
        description:
          'GC mark assists of all goroutines inside the cycle: whole assists, on and off the CPU, far above their CPU time on a busy machine',
      }),
      numbers('assistCount', ({ activity }) => activity?.assistCount ?? 0, {
        displayName: 'assist count',
        description: 'GC mark assists that began in the cycle',
      }),
      numbers('mapRegionNs', ({ activity }) => activity?.mapRegionNs ?? 0, {
        displayName: 'map regions',
        unit: 'ns',
        description: 'Time of all goroutines in map regions inside the cycle. Evidence: regions',
      }),
      numbers('mapSamples', ({ activity }) => activity?.mapSamples ?? 0, {
        displayName: 'map samples',
        description: 'CPU samples inside the cycle whose stack is in a map operation. Evidence: samples',
      }),
      numbers('samples', ({ activity }) => activity?.samples ?? 0, {
        displayName: 'samples',
        description: 'All CPU samples inside the cycle',
      }),
      texts('trigger', ({ cycle }) => cycle.trigger, {
        description: 'What began the cycle: the heap reached its goal, runtime.GC, or two minutes passed',
      }),
      texts('site', ({ cycle }) => cycle.site, {
        displayName: 'started at',
        description: 'Line whose allocation, or whose call, began the cycle',
      }),
      booleanField(
        'cut',
        rows.map(({ cycle }) => cycle.cutStart || cycle.cutEnd),
        { description: 'The trace begins or ends within the cycle' },
      ),
      numbers('sinceStart', ({ cycle }) => cycle.startNs - facts.startNs, { displayName: 'since start', unit: 'ns' }),
      texts('traceId', ({ traceId }) => traceId, {
        displayName: 'trace id',
        description: 'Of the cycle’s own trace, where gclens spans has exported it',
        links: tracingLink(context, '${__value.raw}', 'Trace of the GC cycle'),
      }),
    ],
  };
}

function cycleLinks(query: ViewQuery, context: FrameContext): object[] {
  const cycle = '${__value.raw}';
  const { captures } = query;
  return [
    ...viewLink(context, 'Flame graph of GC cycle ${__value.raw}', { view: 'flame', captures, cycle }),
    ...viewLink(context, 'Requests in GC cycle ${__value.raw}', { view: 'requests', captures, cycle }),
  ];
}
