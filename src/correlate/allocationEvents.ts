import { NONE } from '../gotrace';
import { assistStretchesOf, countBelow, countUpToNear, Coverage, orderBy, pickRows, type RuntimeFacts } from '../runtime';
import type { AnalyzedTrace } from './capture';
import { startersOf } from './cycleStarters';
import { isStartedByLimit } from './heapPacing';
import { rememberLast } from './rememberLast';
import { type RequestLookup, requestLookupOf } from './requestAt';
import type { StackSites } from './stackSite';

/** How an allocation shows itself: it reached the heap goal, ran out of credit and had to assist, or a CPU sample hit it inside of the allocator. */
export enum AllocationKind {
  Trigger,
  Assist,
  Sample,
}

/** What a trace shows of who allocates, in order of time. Each row is a draw of an allocating line that is the likelier the more bytes the line allocates. */
export type AllocationEvents = Readonly<{ length: number }> & EventColumns;

type EventColumns = {
  /** Of {@link AllocationKind}. */
  readonly kind: Uint8Array;
  readonly stack: Uint32Array;
  readonly goroutine: Float64Array;
  readonly timeNs: Float64Array;
  /** Row of the innermost region of the goroutine, -1 without. */
  readonly region: Int32Array;
  /** Of assists how long they took, on and off the CPU; else 0. */
  readonly durationNs: Float64Array;
  /**
   * 0 where it is no such draw. The start of a cycle that a memory limit began is none: the heap is beyond the limit all the time, so that whoever allocates first
   * after a cycle begins the next one, be it with a few bytes. Nor is the only assist of a goroutine in a cycle: without credit from before it assists for 64 KiB
   * at its first allocation (gcOverAssistWork of Go runtime/mgcpacer.go); only who assists again has allocated as much.
   */
  readonly isDraw: Uint8Array;
  /**
   * Votes for the line: one of each draw, those of assists divided by the time that the goroutine worked in them: ran, and the world was not stopped. How long an
   * assist took says little: it may wait for work or a P as long as others.
   */
  readonly votes: Float64Array;
  /** Position in `gcCycles` of the cycle that it drove: an assist the one it is in, a sample the one that began next; -1 after the last. */
  readonly cycle: Int32Array;
};

/** How many events of each kind there are. */
export function countKinds(kinds: ArrayLike<number>): Record<'triggers' | 'assists' | 'samples', number> {
  const counts = new Uint32Array(3);
  for (let row = 0; row < kinds.length; row++) {
    const kind = kinds[row] ?? 0;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return {
    triggers: counts[AllocationKind.Trigger] ?? 0,
    assists: counts[AllocationKind.Assist] ?? 0,
    samples: counts[AllocationKind.Sample] ?? 0,
  };
}

/** All of them. */
export function allocationEvents({ facts }: Pick<AnalyzedTrace, 'facts'>, sites: StackSites): AllocationEvents {
  return rememberedEvents({ facts, sites });
}

const rememberedEvents = rememberLast(findEvents, ({ facts, sites }) => [facts, sites]);

function findEvents({ facts, sites }: { readonly facts: RuntimeFacts; readonly sites: StackSites }): AllocationEvents {
  const events = new EventCollector(facts.gcCycles.length + facts.assists.length + facts.samples.length, requestLookupOf(facts));
  const cycleStartNs = Float64Array.from(facts.gcCycles, ({ startNs }) => startNs);
  addTriggers(events, facts);
  addAssists(events, facts, cycleStartNs);
  addSamples(events, facts, cycleStartNs, sites);
  return events.finish();
}

/** Rows as they are found, in any order. */
class EventCollector {
  private length = 0;
  private readonly columns: EventColumns;

  constructor(
    capacity: number,
    private readonly lookup: RequestLookup,
  ) {
    this.columns = {
      kind: new Uint8Array(capacity),
      stack: new Uint32Array(capacity),
      goroutine: new Float64Array(capacity),
      timeNs: new Float64Array(capacity),
      region: new Int32Array(capacity),
      durationNs: new Float64Array(capacity),
      isDraw: new Uint8Array(capacity),
      votes: new Float64Array(capacity),
      cycle: new Int32Array(capacity),
    };
  }

  add(
    kind: AllocationKind,
    stack: number,
    goroutine: number,
    timeNs: number,
    durationNs: number,
    votes: number | null,
    cycle: number,
  ): void {
    const { columns } = this;
    const row = this.length++;
    columns.kind[row] = kind;
    columns.stack[row] = stack;
    columns.goroutine[row] = goroutine;
    columns.timeNs[row] = timeNs;
    columns.region[row] = this.lookup.regionAt(goroutine, timeNs);
    columns.durationNs[row] = durationNs;
    columns.isDraw[row] = votes === null ? 0 : 1;
    columns.votes[row] = votes ?? 0;
    columns.cycle[row] = cycle;
  }

  /** In order of time, those of one moment as they were added. */
  finish(): AllocationEvents {
    const order = orderBy(this.columns.timeNs.subarray(0, this.length));
    return { length: this.length, ...pickRows(this.columns, order) };
  }
}

function addTriggers(events: EventCollector, facts: RuntimeFacts): void {
  const starters = startersOf(facts);
  facts.gcCycles.forEach((cycle, position) => {
    if (cycle.trigger === 'heap') {
      const votes = isStartedByLimit(cycle, facts.heap) ? null : 1;
      events.add(AllocationKind.Trigger, cycle.stack, starters[position] ?? NONE, cycle.startNs, 0, votes, position);
    }
  });
}

function addAssists(events: EventCollector, facts: RuntimeFacts, cycleStartNs: Float64Array): void {
  const { length, startNs, endNs, goroutine, stack } = facts.assists;
  const cycles = cyclesOf(startNs, cycleStartNs);
  const isDraw = repeatedAssists(goroutine, cycles);
  const workNs = workOfAssists(facts).map((ns, row) => ns * (isDraw[row] ?? 0));
  const totalNs = workNs.reduce((sum, ns) => sum + ns, 0);
  const draws = isDraw.reduce((sum, draw) => sum + draw, 0);
  for (let row = 0; row < length; row++) {
    const timeNs = startNs[row] ?? 0;
    const votes = totalNs > 0 ? ((workNs[row] ?? 0) / totalNs) * draws : 1;
    events.add(
      AllocationKind.Assist,
      stack[row] ?? 0,
      goroutine[row] ?? NONE,
      timeNs,
      (endNs[row] ?? timeNs) - timeNs,
      isDraw[row] === 1 ? votes : null,
      cycles[row] ?? 0,
    );
  }
}

/** By assist, in order of their start: the last cycle that began before it. */
function cyclesOf(startNs: Float64Array, cycleStartNs: Float64Array): Int32Array {
  const cycles = new Int32Array(startNs.length);
  for (let row = 0, cycle = 0; row < cycles.length; row++) {
    cycle = Math.max(0, countUpToNear(cycleStartNs, startNs[row] ?? 0, cycle + 1) - 1);
    cycles[row] = cycle;
  }
  return cycles;
}

/** 1 for assists of goroutines that have several in the cycle. */
function repeatedAssists(goroutine: Float64Array, cycles: Int32Array): Uint8Array {
  const repeated = new Uint8Array(cycles.length);
  const firstOf = new Map<number, number>();
  for (let row = 0; row < cycles.length; row++) {
    if (cycles[row] !== cycles[row - 1]) {
      firstOf.clear();
    }
    const first = firstOf.get(goroutine[row] ?? NONE);
    if (first === undefined) {
      firstOf.set(goroutine[row] ?? NONE, row);
    } else {
      repeated[first] = 1;
      repeated[row] = 1;
    }
  }
  return repeated;
}

/** How long goroutines worked in their assists. */
function workOfAssists({ timelines, assists, stops }: RuntimeFacts): Float64Array {
  const { assist, startNs, endNs } = assistStretchesOf(assists, timelines);
  const stopped = new Coverage(
    stops.map((stop) => stop.startNs),
    stops.map((stop) => stop.endNs),
  );
  const workNs = new Float64Array(assists.length);
  for (let row = 0; row < assist.length; row++) {
    const [fromNs, toNs] = [startNs[row] ?? 0, endNs[row] ?? 0];
    const worked = assist[row] ?? 0;
    workNs[worked] = (workNs[worked] ?? 0) + Math.max(0, toNs - fromNs - stopped.within(fromNs, toNs));
  }
  return workNs;
}

function addSamples(events: EventCollector, { samples }: RuntimeFacts, cycleStartNs: Float64Array, sites: StackSites): void {
  for (let row = 0; row < samples.length; row++) {
    const stack = samples.stack[row] ?? 0;
    if (sites.at(stack).allocates) {
      const timeNs = samples.timeNs[row] ?? 0;
      const next = countBelow(cycleStartNs, timeNs);
      events.add(AllocationKind.Sample, stack, samples.goroutine[row] ?? NONE, timeNs, 0, 1, next < cycleStartNs.length ? next : -1);
    }
  }
}
