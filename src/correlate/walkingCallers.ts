import { pushTo } from '../base';
import { NONE } from '../gotrace';
import { countUpTo, framesOfStack } from '../runtime';
import type { CallingMapWork } from './allocatingOperation';
import { allocationEvents } from './allocationEvents';
import type { AnalyzedTrace } from './capture';
import { mapPreemptions } from './mapPreemptions';
import { requestLookupOf } from './requestAt';
import { functionAt, type StackSites } from './stackSite';

/** What chance alone does not bring. */
const few = 2;
/** So many turns tell a walk that is over before the call, or begins after it, from one around it. */
const enoughTurns = 10;

/** A function that walks a map, with when it was seen at that, by goroutine in order of time. */
interface Walker {
  readonly work: CallingMapWork;
  /** How often it was seen. */
  seen: number;
  readonly timesNs: Map<number, number[]>;
}

/** A function that walks maps, as the caller of one that allocates; on another line it may do so before the walk or after it. */
interface Caller {
  readonly walker: Walker;
  readonly key: string;
}

/** How many allocations came before a step of a walk, and after one, within a request. */
interface Turns {
  before: number;
  after: number;
}

/**
 * Tells which walk over a map calls what allocates, as a loop calls a method that appends. A stack of the allocation shows the function that walks, but not
 * whether it does so around the call: it does where walk and allocations take turns.
 */
export class WalkingCallers {
  private readonly walkers: ReadonlyMap<string, Walker>;
  private readonly callersOf = new Map<number, readonly Caller[]>();
  private readonly turns = new Map<string, Turns>();

  constructor(
    private readonly analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>,
    private readonly sites: StackSites,
  ) {
    this.walkers = findWalkers(analyzed, sites);
    if (this.walkers.size > 0) {
      this.countTurns();
    }
  }

  /** The walk whose steps call what a stack allocates; null where none is known. */
  walkAround(stack: number): CallingMapWork | null {
    const caller = this.callersAt(stack).find(({ key }) => {
      const { before, after } = this.turns.get(key) ?? { before: 0, after: 0 };
      return before >= few && after >= few;
    });
    return caller?.walker.work ?? null;
  }

  /** The line of a walk of which nobody can tell whether its steps call what a stack allocates: it was seen too seldom. Null where there is none. */
  walkPerhapsAround(stack: number): string | null {
    const caller = this.callersAt(stack).find(({ walker, key }) => {
      const { before, after } = this.turns.get(key) ?? { before: 0, after: 0 };
      return walker.seen >= few && before + after < enoughTurns;
    });
    return caller?.walker.work.line ?? null;
  }

  private countTurns(): void {
    const lookup = requestLookupOf(this.analyzed.facts);
    const { length, stack, goroutine, timeNs } = allocationEvents(this.analyzed, this.sites);
    for (let event = 0; event < length; event++) {
      const [on, atNs] = [goroutine[event] ?? NONE, timeNs[event] ?? 0];
      for (const { walker, key } of this.callersAt(stack[event] ?? 0)) {
        const times = walker.timesNs.get(on) ?? [];
        const next = countUpTo(times, atNs);
        const request = times.length === 0 ? -1 : lookup.requestAt(on, atNs);
        const isOfRequest = (seenNs: number | undefined): number =>
          seenNs !== undefined && request >= 0 && lookup.requestAt(on, seenNs) === request ? 1 : 0;
        const { before, after } = this.turns.get(key) ?? { before: 0, after: 0 };
        this.turns.set(key, { before: before + isOfRequest(times[next]), after: after + isOfRequest(times[next - 1]) });
      }
    }
  }

  private callersAt(stack: number): readonly Caller[] {
    const callers = this.callersOf.get(stack) ?? this.findCallers(stack);
    this.callersOf.set(stack, callers);
    return callers;
  }

  private findCallers(stack: number): Caller[] {
    if (this.walkers.size === 0) {
      return [];
    }
    const frames = framesOfStack(this.analyzed.trace, stack);
    const names = frames.map((_, at) => functionAt(frames, at));
    const own = this.sites.at(stack).function;
    const first = names.indexOf(own);
    return names.flatMap((name, at) => {
      const walker = at > first && name !== own && names.indexOf(name) === at ? this.walkers.get(name) : undefined;
      return walker === undefined ? [] : [{ walker, key: `${own} ${name} ${frames[at]?.line ?? 0}` }];
    });
  }
}

function findWalkers({ trace, facts }: Pick<AnalyzedTrace, 'trace' | 'facts'>, sites: StackSites): Map<string, Walker> {
  const walkers = new Map<string, Walker>();
  const add = (stack: number, goroutine: number, timeNs: number): void => {
    const { mapOp: op, iteration, mapFunction, mapLine: line } = sites.at(stack);
    if (op !== null && iteration !== null && line !== null) {
      const walker = walkers.get(mapFunction) ?? {
        work: { op, iteration, line, evidence: 'caller' },
        seen: 0,
        timesNs: new Map<number, number[]>(),
      };
      walkers.set(mapFunction, walker);
      walker.seen++;
      pushTo(walker.timesNs, goroutine, timeNs);
    }
  };
  const { samples } = facts;
  for (let row = 0; row < samples.length; row++) {
    if ((samples.mapOp[row] ?? -1) >= 0) {
      add(samples.stack[row] ?? 0, samples.goroutine[row] ?? NONE, samples.timeNs[row] ?? 0);
    }
  }
  const { events } = trace;
  mapPreemptions(trace).forEach((rows, stack) => {
    rows.forEach((event) => {
      add(stack, events.goroutineAt(event), events.timeNsAt(event));
    });
  });
  walkers.forEach(({ timesNs }) => {
    timesNs.forEach((times) => times.sort((a, b) => a - b));
  });
  return walkers;
}
