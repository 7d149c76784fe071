import type { Attributes, Link, SpanContext } from '@opentelemetry/api';

import { type AnalyzedTrace, cyclePosition, type GcCycle, type SpanIds } from '../correlate';
import { codeOfStack } from './codeAttributes';
import { ownContext, type SpanDraft } from './makeSpan';

/** Links of one span: what SDKs allow by default, and viewers still show. */
const maxLinks = 128;
/** Assisted goroutines of one cycle that get a span. */
const maxGoroutines = 5;

interface TaxedRequest {
  readonly context: SpanContext;
  readonly taxNs: number;
}

/** The trace of each GC cycle, linked to the requests it taxed. */
export class CycleSpanBuilder {
  /** By cycle: the requests that paid most, most first. */
  private readonly taxed = new Map<number, { top: TaxedRequest[]; count: number }>();

  constructor(
    private readonly analyzed: AnalyzedTrace,
    private readonly ids: SpanIds,
  ) {}

  /** Context of the root span of a cycle's trace. */
  contextOf(cycle: number): SpanContext {
    return ownContext(this.ids.traceId(cyclePosition(cycle)), this.ids.spanId(cyclePosition(cycle)));
  }

  /** Remembers that a request paid for a cycle; to be told of all requests before `build`. */
  addTax(cycle: number, request: TaxedRequest): void {
    const known = this.taxed.get(cycle) ?? { top: [], count: 0 };
    known.count++;
    known.top.push(request);
    if (known.top.length > 2 * maxLinks) {
      known.top = heaviest(known.top);
    }
    this.taxed.set(cycle, known);
  }

  build(cycle: number, facts: GcCycle): SpanDraft[] {
    const root = this.contextOf(cycle);
    const links = heaviest(this.taxed.get(cycle)?.top ?? []);
    const child = (name: string, position: string, startNs: number, endNs: number, attributes: Attributes): SpanDraft => ({
      name,
      context: ownContext(root.traceId, this.ids.spanId(`cycle ${cycle} ${position}`)),
      parent: root,
      startNs: Math.max(startNs, facts.startNs),
      endNs: Math.min(endNs, facts.endNs),
      attributes: { 'gclens.gc.cycle': cycle, ...attributes },
    });
    return [
      {
        name: 'GC cycle',
        context: root,
        startNs: facts.startNs,
        endNs: facts.endNs,
        attributes: this.cycleAttributes(cycle, facts),
        links: links.map(({ context, taxNs }): Link => ({ context, attributes: { 'gclens.cost.gc_tax': taxNs } })),
        droppedLinks: (this.taxed.get(cycle)?.count ?? 0) - links.length,
      },
      child('GC mark phase', 'mark', facts.markStartNs, facts.markEndNs, cutAttributes(facts)),
      ...this.stops(facts, child),
      ...this.assistedGoroutines(facts, child),
    ].filter((draft) => draft.endNs > draft.startNs);
  }

  private cycleAttributes(cycle: number, facts: GcCycle): Attributes {
    const activity = this.analyzed.cycles[cycle];
    return {
      'gclens.gc.cycle': facts.seq,
      'gclens.gc.trigger': facts.trigger,
      ...(activity === undefined
        ? {}
        : {
            'gclens.gc.assist_count': activity.assistCount,
            'gclens.gc.assist_ns': activity.assistNs,
            'gclens.gc.stw_ns': activity.stwNs,
            'gclens.map.region_ns': activity.mapRegionNs,
            'gclens.map.samples': activity.mapSamples,
            'gclens.samples': activity.samples,
          }),
      'gclens.gc.taxed_requests': this.taxed.get(cycle)?.count ?? 0,
      ...cutAttributes(facts),
      ...codeOfStack(this.analyzed.trace, facts.stack),
    };
  }

  private stops(cycle: GcCycle, child: MakeChild): SpanDraft[] {
    const { facts, trace } = this.analyzed;
    return facts.stops.flatMap((stop, row) =>
      stop.startNs < cycle.endNs && stop.endNs > cycle.startNs
        ? [
            child(`STW: ${stop.reason}`, `stop ${row}`, stop.startNs, stop.endNs, {
              'gclens.stw.reason': stop.reason,
              'gclens.stw.goroutine.id': stop.goroutine,
              ...cutAttributes(stop),
              ...codeOfStack(trace, stop.stack),
            }),
          ]
        : [],
    );
  }

  /** The goroutines whose assists took longest, each as one span of the sum of its assists: whole ranges, on and off the CPU. */
  private assistedGoroutines(cycle: GcCycle, child: MakeChild): SpanDraft[] {
    const { assists } = this.analyzed.facts;
    const byGoroutine = new Map<number, { firstNs: number; totalNs: number; count: number; stack: number }>();
    for (let row = 0; row < assists.length; row++) {
      const startNs = Math.max(assists.startNs[row] ?? 0, cycle.startNs);
      const endNs = Math.min(assists.endNs[row] ?? 0, cycle.endNs);
      if (endNs > startNs) {
        const goroutine = assists.goroutine[row] ?? -1;
        const known = byGoroutine.get(goroutine) ?? { firstNs: startNs, totalNs: 0, count: 0, stack: assists.stack[row] ?? 0 };
        byGoroutine.set(goroutine, { ...known, totalNs: known.totalNs + endNs - startNs, count: known.count + 1 });
      }
    }
    return [...byGoroutine]
      .sort(([, a], [, b]) => b.totalNs - a.totalNs)
      .slice(0, maxGoroutines)
      .map(([goroutine, { firstNs, totalNs, count, stack }]) =>
        child('GC assists of goroutine', `goroutine ${goroutine}`, firstNs, firstNs + totalNs, {
          'gclens.goroutine.id': goroutine,
          'gclens.aggregate.intervals': count,
          ...codeOfStack(this.analyzed.trace, stack),
        }),
      );
  }
}

type MakeChild = (name: string, position: string, startNs: number, endNs: number, attributes: Attributes) => SpanDraft;

function heaviest(requests: readonly TaxedRequest[]): TaxedRequest[] {
  return [...requests].sort((a, b) => b.taxNs - a.taxNs).slice(0, maxLinks);
}

function cutAttributes({ cutStart, cutEnd }: { readonly cutStart: boolean; readonly cutEnd: boolean }): Attributes {
  return { ...(cutStart ? { 'gclens.cut.start': true } : {}), ...(cutEnd ? { 'gclens.cut.end': true } : {}) };
}
