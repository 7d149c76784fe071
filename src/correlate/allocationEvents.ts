import { NONE } from '../gotrace';
import { countBelow, Coverage, GoClass, type RuntimeFacts, TimelineCursor } from '../runtime';
import type { AnalyzedTrace } from './capture';
import { isStartedByLimit } from './heapPacing';
import { rememberLast } from './rememberLast';
import type { StackSites } from './stackSite';
import { startersOf } from './triggers';

/**
 * What a trace shows of who allocates. Each is a draw of an allocating line that is the likelier the more bytes the line allocates: the allocation that
 * reached the heap goal, the one that ran out of credit and had to assist, the one that a CPU sample hit inside of the allocator.
 */
export interface AllocationEvent {
  /** Its place among all of them. */
  readonly position: number;
  readonly kind: 'trigger' | 'assist' | 'sample';
  readonly stack: number;
  readonly goroutine: number;
  readonly timeNs: number;
  /** Of assists how long they took, on and off the CPU; else 0. */
  readonly durationNs: number;
  /** Of assists how long the goroutine worked: ran, and the world was not stopped; else 0. */
  readonly workNs: number;
  /**
   * Whether it is such a draw. The start of a cycle that a memory limit began is none: the heap is beyond the limit all the time, so that whoever allocates first
   * after a cycle begins the next one, be it with a few bytes.
   */
  readonly isDraw: boolean;
  /** Position in `gcCycles` of the cycle that it drove: an assist the one it is in, a sample the one that began next; -1 after the last. */
  readonly cycle: number;
}

/** All of them, in order of time. */
export function allocationEvents({ facts }: Pick<AnalyzedTrace, 'facts'>, sites: StackSites): readonly AllocationEvent[] {
  return rememberedEvents({ facts, sites });
}

const rememberedEvents = rememberLast(findEvents, ({ facts, sites }) => [facts, sites]);

function findEvents({ facts, sites }: { readonly facts: RuntimeFacts; readonly sites: StackSites }): AllocationEvent[] {
  const starts = Float64Array.from(facts.gcCycles, ({ startNs }) => startNs);
  return [...triggers(facts), ...assists(facts, starts), ...samples(facts, sites, starts)]
    .sort((a, b) => a.timeNs - b.timeNs)
    .map((event, position) => ({ position, ...event }));
}

/** An event that has no place yet. */
type Unplaced = Omit<AllocationEvent, 'position'>;

function triggers(facts: RuntimeFacts): Unplaced[] {
  const starters = startersOf(facts);
  return facts.gcCycles.flatMap((cycle, position): Unplaced[] =>
    cycle.trigger === 'heap'
      ? [
          {
            kind: 'trigger',
            stack: cycle.stack,
            goroutine: starters[position] ?? NONE,
            timeNs: cycle.startNs,
            durationNs: 0,
            workNs: 0,
            isDraw: !isStartedByLimit(cycle, facts.heap),
            cycle: position,
          },
        ]
      : [],
  );
}

function assists(facts: RuntimeFacts, starts: Float64Array): Unplaced[] {
  const { assists: table } = facts;
  const work = new AssistWork(facts);
  return Array.from({ length: table.length }, (_, row): Unplaced => {
    const timeNs = table.startNs[row] ?? 0;
    return {
      kind: 'assist',
      stack: table.stack[row] ?? 0,
      goroutine: table.goroutine[row] ?? NONE,
      timeNs,
      durationNs: (table.endNs[row] ?? timeNs) - timeNs,
      workNs: work.of(row),
      isDraw: true,
      cycle: Math.max(0, countBelow(starts, timeNs + 1) - 1),
    };
  });
}

/** How long goroutines worked in their assists. */
class AssistWork {
  private readonly timelines: RuntimeFacts['timelines'];
  private readonly cursor: TimelineCursor;
  private readonly stopped: Coverage;

  constructor(private readonly facts: RuntimeFacts) {
    this.timelines = facts.timelines.restrictedTo(facts.assists.goroutine);
    this.cursor = new TimelineCursor(this.timelines);
    this.stopped = new Coverage(
      facts.stops.map(({ startNs }) => startNs),
      facts.stops.map(({ endNs }) => endNs),
    );
  }

  of(assist: number): number {
    const { timelines, stopped } = this;
    const { goroutine, startNs, endNs } = this.facts.assists;
    const [fromNs, toNs] = [startNs[assist] ?? 0, endNs[assist] ?? 0];
    const slot = timelines.slotOf(goroutine[assist] ?? NONE);
    const behind = timelines.rowStart[slot + 1] ?? 0;
    let workNs = 0;
    for (let row = slot < 0 ? behind : this.cursor.rowAt(slot, fromNs); row < behind && timelines.startNsAt(row) < toNs; row++) {
      if (timelines.classAt(row) === GoClass.Running) {
        const ranFromNs = Math.max(fromNs, timelines.startNsAt(row));
        const ranToNs = Math.min(toNs, timelines.endNsAt(row));
        workNs += Math.max(0, ranToNs - ranFromNs - stopped.within(ranFromNs, ranToNs));
      }
    }
    return workNs;
  }
}

function samples({ samples: table }: RuntimeFacts, sites: StackSites, starts: Float64Array): Unplaced[] {
  const found: Unplaced[] = [];
  for (let row = 0; row < table.length; row++) {
    const stack = table.stack[row] ?? 0;
    if (sites.at(stack).allocates) {
      const timeNs = table.timeNs[row] ?? 0;
      const next = countBelow(starts, timeNs);
      found.push({
        kind: 'sample',
        stack,
        goroutine: table.goroutine[row] ?? NONE,
        timeNs,
        durationNs: 0,
        workNs: 0,
        isDraw: true,
        cycle: next < starts.length ? next : -1,
      });
    }
  }
  return found;
}
