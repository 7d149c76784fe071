import type { Attributes, Link, SpanContext } from '@opentelemetry/api';

import type { AnalyzedTrace, SpanIds, Task } from '../correlate';
import { NONE } from '../gotrace';
import { type CostInterval, countUpTo, RowGroups, taskCostIntervals } from '../runtime';
import { AppSpanIndex, type NamedParent } from './appSpanIndex';
import type { BuildOptions } from './buildSpans';
import type { Clock } from './clock';
import { codeOfStack } from './codeAttributes';
import { costAttributes } from './costAttributes';
import { limitMapWork } from './fewerMapSpans';
import { type RequestLabels, requestLabels } from './labels';
import { ownContext, type SpanDraft } from './makeSpan';
import { MapWorkByTask } from './mapSpans';
import { Placement, type Stretch } from './placement';
import { requestContext } from './requestContext';
import { aggregate, type AggregatedClass, type PlacedAggregate, placeAggregates, type StopFelt, stopsFelt } from './taxLayout';

/** Names of the spans of aggregated classes. */
const aggregateNames: Readonly<Record<AggregatedClass, string>> = {
  assist: 'GC mark assist',
  assistWait: 'GC assist wait',
  sweep: 'GC sweep',
  runnableInMark: 'runnable in GC mark',
};

/** What a request paid to one cycle. */
export interface CycleTax {
  readonly cycle: number;
  readonly taxNs: number;
}

/** The spans of one request and what they say about GC cycles. */
export interface RequestSpans {
  readonly drafts: readonly SpanDraft[];
  /** The request itself: the application's span, or the root of a trace of its own. */
  readonly context: SpanContext;
  readonly taxes: readonly CycleTax[];
}

/** A span before it knows its request. */
interface PlacedSpan extends Stretch {
  readonly name: string;
  /** Unique within the request. */
  readonly position: string;
  readonly attributes: Attributes;
}

/** A part of the cost of a request. */
interface CostSpan extends PlacedSpan {
  /** Row of facts.gcCycles that it is due to, -1 without. */
  readonly cycle: number;
}

/** Builds the spans of requests, one request at a time. */
export class RequestSpanBuilder {
  private readonly appSpans: AppSpanIndex;
  private readonly intervalsOf: (row: number) => CostInterval[];
  private readonly mapWork: MapWorkByTask;
  private readonly labels: RequestLabels;
  private readonly cycleStartNs: readonly number[];
  private readonly assistsOf: RowGroups;

  constructor(
    private readonly analyzed: AnalyzedTrace,
    private readonly clock: Clock,
    private readonly ids: SpanIds,
    private readonly cycleContext: (cycle: number) => SpanContext,
    options: BuildOptions,
  ) {
    this.appSpans = new AppSpanIndex(options.appSpans ?? []);
    this.intervalsOf = taskCostIntervals(analyzed.trace, analyzed.facts);
    this.mapWork = new MapWorkByTask(analyzed);
    this.labels = requestLabels(analyzed, options.profile);
    this.cycleStartNs = analyzed.facts.gcCycles.map((cycle) => cycle.startNs);
    this.assistsOf = new RowGroups(analyzed.facts.assists.goroutine);
  }

  build(row: number, task: Task): RequestSpans {
    const { context: parent, named } = requestContext(this.analyzed, this.ids, this.appSpans, row);
    const intervals = this.intervalsOf(row);
    const stops = stopsFelt(intervals, this.analyzed.facts.stops);
    const aggregates = aggregate(intervals, this.cycleStartNs);
    const taxes = this.taxesOf(intervals);
    const isSynthetic = parent.isRemote !== true;
    const within = new Placement(task, named?.appSpan ?? null, this.clock);
    const child = ({ name, position, startNs, endNs, attributes }: PlacedSpan, links: Link[] = []): SpanDraft => {
      const context = ownContext(parent.traceId, this.ids.spanId(`task ${row} ${position}`));
      return { name, context, parent, startNs, endNs, attributes, links };
    };
    const costs: CostSpan[] = [
      ...stops.map((felt) => this.stopSpan(felt)),
      ...placeAggregates(aggregates, stops).map((placed) => this.aggregateSpan(placed, task.goroutine)),
    ];
    const drafts: SpanDraft[] = [
      {
        name: isSynthetic && task.type !== '' ? task.type : 'Go task',
        context: isSynthetic ? parent : ownContext(parent.traceId, this.ids.spanId(`task ${row}`)),
        ...(isSynthetic ? {} : { parent }),
        ...within.place(task),
        attributes: { ...this.taskAttributes(row, task, named), ...(isSynthetic ? { 'gclens.request.synthetic': true } : {}) },
        links: this.linksTo(taxes.map(({ cycle }) => cycle)),
      },
      ...within.placeDisjoint(costs).map((span) => child(span, this.linksTo([span.cycle]))),
      ...limitMapWork(this.mapWork.of(row)).map((work) => {
        const labels = work.op === null ? {} : this.labels.of(row, work.op);
        return child({ ...work, ...within.place(work), attributes: { ...work.attributes, ...labels } });
      }),
    ];
    return { drafts: drafts.filter((draft) => draft.endNs > draft.startNs), context: parent, taxes };
  }

  private taskAttributes(row: number, task: Task, named: NamedParent | null): Attributes {
    const { facts, identities, trace } = this.analyzed;
    const thread = task.beginEvent === null ? -1 : trace.events.threadAt(task.beginEvent);
    const attributes: Attributes = {
      'gclens.task.id': task.id,
      'gclens.task.type': task.type,
      ...(task.parent > 0 ? { 'gclens.task.parent': task.parent } : {}),
      ...(task.goroutine === null ? {} : { 'gclens.goroutine.id': task.goroutine }),
      ...(thread >= 0 ? { 'thread.id': thread } : {}),
      ...(named === null ? {} : { 'gclens.identity.source': named.source }),
      ...(named?.traceId === null ? { 'gclens.request.span_id': named.spanId } : {}),
      ...(task.cutStart ? { 'gclens.cut.start': true } : {}),
      ...(task.cutEnd ? { 'gclens.cut.end': true } : {}),
      ...costAttributes(facts.costs.at(row)),
      ...this.labels.of(row),
    };
    for (const [key, value] of Object.entries(identities.at(row)?.attributes ?? {})) {
      attributes[`gclens.log.${key}`] = value;
    }
    return attributes;
  }

  private stopSpan(felt: StopFelt): CostSpan {
    const { stop, row, startNs, endNs } = felt;
    const cycle = this.cycleOf(felt);
    return {
      name: `STW: ${stop.reason}`,
      position: `stop ${row}`,
      cycle,
      startNs,
      endNs,
      attributes: {
        'gclens.stw.reason': stop.reason,
        'gclens.stw.total_ns': stop.endNs - stop.startNs,
        'gclens.stw.goroutine.id': stop.goroutine,
        ...(cycle < 0 ? {} : { 'gclens.gc.cycle': cycle }),
        ...(stop.cutStart && startNs === stop.startNs ? { 'gclens.cut.start': true } : {}),
        ...(stop.cutEnd && endNs === stop.endNs ? { 'gclens.cut.end': true } : {}),
        ...codeOfStack(this.analyzed.trace, stop.stack),
      },
    };
  }

  private aggregateSpan({ aggregate: item, part, startNs, endNs }: PlacedAggregate, goroutine: number | null): CostSpan {
    return {
      name: aggregateNames[item.class],
      position: `${item.class} ${item.cycle} ${part}`,
      cycle: item.cycle,
      startNs,
      endNs,
      attributes: {
        ...(item.cycle < 0 ? {} : { 'gclens.gc.cycle': item.cycle }),
        ...(goroutine === null ? {} : { 'gclens.goroutine.id': goroutine }),
        'gclens.aggregate.intervals': item.intervals,
        'gclens.aggregate.longest_ns': item.longestNs,
        'gclens.aggregate.extent_ns': item.lastNs - item.firstNs,
        ...(item.class === 'assist' ? this.assistCode(goroutine, item.longestStartNs) : {}),
      },
    };
  }

  /** Row of the cycle that a GC stop-the-world belongs to; -1 for all others. */
  private cycleOf({ stop }: StopFelt): number {
    return stop.isGc
      ? this.analyzed.facts.gcCycles.findLastIndex((cycle) => cycle.startNs <= stop.startNs && stop.startNs < cycle.endNs)
      : -1;
  }

  /** The line of the assist that holds a moment of a goroutine. */
  private assistCode(goroutine: number | null, timeNs: number): Attributes {
    const { assists } = this.analyzed.facts;
    const row = this.assistsOf.rowsOf(goroutine ?? NONE).findLast((candidate) => (assists.startNs[candidate] ?? Infinity) <= timeNs);
    return row === undefined ? {} : codeOfStack(this.analyzed.trace, assists.stack[row] ?? 0);
  }

  private taxesOf(intervals: readonly CostInterval[]): CycleTax[] {
    const taxes = new Map<number, number>();
    for (const { class: name, startNs, endNs } of intervals) {
      if (name === 'stwGC' || name in aggregateNames) {
        const cycle = countUpTo(this.cycleStartNs, startNs) - 1;
        if (cycle >= 0) {
          taxes.set(cycle, (taxes.get(cycle) ?? 0) + endNs - startNs);
        }
      }
    }
    return [...taxes].map(([cycle, taxNs]) => ({ cycle, taxNs }));
  }

  private linksTo(cycles: readonly number[]): Link[] {
    return cycles
      .filter((cycle) => cycle >= 0)
      .map((cycle) => ({ context: this.cycleContext(cycle), attributes: { 'gclens.gc.cycle': cycle } }));
  }
}
