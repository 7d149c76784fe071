import { groupBy, ns } from '../base';
import type { AnalyzedTrace } from '../correlate';
import type { StringIndex } from '../gotrace';
import { type CostClass, type CostInterval, countUpTo, rowAt, type RowGroups, rowsBy, type StopTheWorld, unionOf } from '../runtime';

/** How an interval of a request's cost is shown. */
export interface CostDescription {
  readonly name: string;
  readonly kind: 'gc' | 'wait';
  readonly tags: Readonly<Record<string, string | number>>;
  /** 0 without. */
  readonly stack: number;
}

/** Classes that become spans; what is left is the request's own work, or nothing is known of it. */
export const spanClasses: ReadonlySet<CostClass> = new Set([
  'stwGC',
  'stwOther',
  'assistWait',
  'assist',
  'sweep',
  'runnableInMark',
  'syscall',
  'waiting',
]);

/** Says what an interval was: of which cycle, which stop-the-world, with which stack. */
export class CostDescriber {
  private readonly cycleStartNs: readonly number[];
  private readonly stops: Readonly<Record<'stwGC' | 'stwOther', readonly StopTheWorld[]>>;
  private readonly assistsOf: RowGroups;

  constructor(private readonly analyzed: AnalyzedTrace) {
    const { gcCycles, stops, assists } = analyzed.facts;
    this.cycleStartNs = gcCycles.map(({ startNs }) => startNs);
    this.stops = { stwGC: stops.filter(({ isGc }) => isGc), stwOther: stops.filter(({ isGc }) => !isGc) };
    this.assistsOf = rowsBy(assists.goroutine);
  }

  describe(goroutine: number, { class: name, startNs }: CostInterval): CostDescription {
    switch (name) {
      case 'stwGC':
      case 'stwOther':
        return this.describeStop(this.stops[name].findLast((stop) => stop.startNs <= startNs && startNs < stop.endNs));
      case 'assist':
        return { name: 'GC mark assist', kind: 'gc', tags: this.cycleTags(startNs), stack: this.assistStack(goroutine, startNs) };
      case 'assistWait':
        return { name: 'GC assist wait', kind: 'gc', tags: this.cycleTags(startNs), stack: this.stateAt(goroutine, startNs).stack };
      case 'sweep':
        return { name: 'GC sweep', kind: 'gc', tags: {}, stack: 0 };
      case 'runnableInMark':
        return { name: 'runnable in GC mark', kind: 'gc', tags: this.cycleTags(startNs), stack: 0 };
      case 'waiting':
        return this.describeWait(goroutine, startNs);
      default:
        return { name, kind: 'wait', tags: {}, stack: this.stateAt(goroutine, startNs).stack };
    }
  }

  private describeStop(stop: StopTheWorld | undefined): CostDescription {
    const reason = stop?.reason ?? 'unknown';
    return {
      name: `STW: ${reason}`,
      kind: 'gc',
      tags: { 'gclens.stw.reason': reason, ...(stop === undefined ? {} : { 'gclens.stw.total_ns': stop.endNs - stop.startNs }) },
      stack: stop?.stack ?? 0,
    };
  }

  private describeWait(goroutine: number, startNs: number): CostDescription {
    const { reason, stack } = this.stateAt(goroutine, startNs);
    const text = reason === 0 ? '' : this.analyzed.trace.strings.textOf(reason as StringIndex);
    return { name: text === '' ? 'waiting' : `waiting: ${text}`, kind: 'wait', tags: { 'gclens.wait.reason': text }, stack };
  }

  private cycleTags(timeNs: number): Readonly<Record<string, number>> {
    const cycle = this.analyzed.facts.gcCycles[countUpTo(this.cycleStartNs, timeNs) - 1];
    return cycle === undefined || timeNs >= cycle.endNs ? {} : { 'gclens.gc.cycle': cycle.seq };
  }

  private stateAt(goroutine: number, timeNs: number): { readonly reason: number; readonly stack: number } {
    const { timelines } = this.analyzed.facts;
    const slot = timelines.slotOf(goroutine);
    const row = slot < 0 ? -1 : rowAt(timelines, slot, timeNs);
    return row < 0 ? { reason: 0, stack: 0 } : { reason: timelines.reasonAt(row), stack: timelines.stackAt(row) };
  }

  private assistStack(goroutine: number, timeNs: number): number {
    const { assists } = this.analyzed.facts;
    const row = this.assistsOf.rowsOf(goroutine).findLast((candidate) => (assists.startNs[candidate] ?? Infinity) <= timeNs);
    return assists.stack[row ?? -1] ?? 0;
  }
}

/** Intervals in time order that are shown as one. */
export type CostGroup<T> = readonly [CostInterval & T, ...(CostInterval & T)[]];

/** Up to so many thin intervals stand for themselves. */
const fewShort = 3;

/** Each interval by itself, but those shorter than `shortNs` of one class under one parent together, if they are many. Stop-the-worlds are few and stay. */
export function groupShort<T extends { readonly parent: object }>(
  intervals: readonly (CostInterval & T)[],
  shortNs: number,
): CostGroup<T>[] {
  const isShort = ({ class: name, startNs, endNs }: CostInterval) => name !== 'stwGC' && name !== 'stwOther' && endNs - startNs < shortNs;
  const byParent = groupBy(intervals.filter(isShort), ({ parent }) => parent);
  const groups = [...byParent.values()].flatMap((siblings) => [...groupBy(siblings, (interval) => interval.class).values()]);
  const alone = [...intervals.filter((interval) => !isShort(interval)), ...groups.filter(({ length }) => length <= fewShort).flat()];
  return [
    ...alone.map((interval): CostGroup<T> => [interval]),
    ...groups.flatMap(([first, ...rest]): CostGroup<T>[] => (first === undefined || rest.length < fewShort ? [] : [[first, ...rest]])),
  ];
}

/** What is left of intervals in time order without the holes. */
export function subtract(intervals: readonly CostInterval[], holes: readonly Pick<CostInterval, 'startNs' | 'endNs'>[]): CostInterval[] {
  const { start, end } = unionOf(
    holes.map(({ startNs }) => startNs),
    holes.map(({ endNs }) => endNs),
  );
  return intervals.flatMap((interval) => {
    const parts: CostInterval[] = [];
    let fromNs: number = interval.startNs;
    for (let hole = countUpTo(end, interval.startNs); hole < start.length && (start[hole] ?? 0) < interval.endNs; hole++) {
      parts.push({ ...interval, startNs: ns(fromNs), endNs: ns(start[hole] ?? fromNs) });
      fromNs = end[hole] ?? fromNs;
    }
    parts.push({ ...interval, startNs: ns(fromNs), endNs: interval.endNs });
    return parts.filter(({ startNs, endNs }) => endNs > startNs);
  });
}
