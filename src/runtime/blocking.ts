import { GrowingColumn, newFloat64, newUint32 } from '../base';
import { EventType, goRuleOfType, GoState, newTransition, readTransition, type StringIndex, type Trace } from '../gotrace';
import { Slots } from './slots';

/** What `go tool trace -pprof=` makes profiles of: waiting for the network, for other goroutines, for the kernel, for a P. */
export const blockingKinds = ['net', 'sync', 'syscall', 'sched'] as const;
export type BlockingKind = (typeof blockingKinds)[number];

/** Times in which goroutines were held up, in order of their end. */
export interface BlockingTable {
  readonly length: number;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly goroutine: Float64Array;
  /** StackIndex of whoever caused it: of the goroutine itself, or of the one that woke it; 0 without. */
  readonly stack: Uint32Array;
}

interface KindRule {
  readonly state: GoState;
  /** Absent: whatever the reason. */
  readonly counts?: (reason: string) => boolean;
}

const rules: Readonly<Record<BlockingKind, KindRule>> = {
  net: { state: GoState.Waiting, counts: (reason) => reason === 'network' },
  sync: { state: GoState.Waiting, counts: (reason) => ['chan', 'sync', 'select'].some((part) => reason.includes(part)) },
  syscall: { state: GoState.Syscall },
  sched: { state: GoState.Runnable },
};

const noReason = 0 as StringIndex;
/** A wait from which no goroutine returns: the official summary takes it for the goroutine's end. */
const endlessReason = 'forever';

/**
 * Finds what a blocking profile counts, as `go tool trace -pprof=` does (Go src/cmd/trace/pprof.go): a stretch that both begins and ends in the trace, while
 * its goroutine lives. There a goroutine lives from when it first runs, so that waiting for its very first run is left out, until its end; an id
 * that was used again stands for its last goroutine.
 */
export function findBlocking(trace: Trace, kind: BlockingKind): BlockingTable {
  const { events } = trace;
  const { type } = events.rows;
  const finder = new BlockingFinder(trace, rules[kind]);
  const status = newTransition();
  for (let event = 0; event < events.length; event++) {
    const eventType = type[event] ?? 0;
    const rule = goRuleOfType[eventType];
    if (rule !== undefined) {
      const id = rule.subject === 'named' ? events.argAt(event, 0) : events.goroutineAt(event);
      finder.take(
        event,
        id,
        rule.from,
        rule.to,
        rule.to === GoState.Waiting && rule.reason !== undefined ? events.stringAt(event, rule.reason) : noReason,
      );
    } else if ((eventType === EventType.GoStatus || eventType === EventType.GoStatusStack) && readTransition(trace, event, status)) {
      finder.take(event, status.id, status.from as GoState, status.to as GoState, noReason);
    }
  }
  return finder.finish();
}

/** Follows all goroutines; everything by slot is a number, NaN where there is none yet. */
class BlockingFinder {
  private readonly slots = new Slots();
  /** When the goroutine that has the id last first ran, and when it ended. */
  private readonly lifeStartNs: number[] = [];
  private readonly lifeEndNs: number[] = [];
  /** When the goroutine entered the state it is in, if that counts, and by which event. */
  private readonly enteredNs: number[] = [];
  private readonly enteredBy: number[] = [];
  private readonly verdicts = new Map<StringIndex, boolean>();
  private readonly startNs = new GrowingColumn(newFloat64, 1024);
  private readonly endNs = new GrowingColumn(newFloat64, 1024);
  private readonly slot = new GrowingColumn(newUint32, 1024);
  private readonly stack = new GrowingColumn(newUint32, 1024);
  /** The clock's zero: to the official summary a time that is not known. */
  private readonly unknownNs: number;

  constructor(
    private readonly trace: Trace,
    private readonly rule: KindRule,
  ) {
    this.unknownNs = Number(-trace.originNs);
  }

  /** A transition of goroutine `id`; `reason` says what it waits for from now on. */
  take(event: number, id: number, from: GoState, to: GoState, reason: StringIndex): void {
    const { trace, rule } = this;
    const timeNs = trace.events.timeNsAt(event);
    const slot = this.slots.slotOf(id);
    this.follow(slot, from, to, reason, timeNs);
    const enteredNs = this.enteredNs[slot] ?? NaN;
    if (Number.isNaN(enteredNs)) {
      if (to === rule.state && this.counts(reason)) {
        this.enteredNs[slot] = timeNs;
        this.enteredBy[slot] = event;
      }
    } else if (to !== rule.state) {
      this.startNs.push(enteredNs);
      this.endNs.push(timeNs);
      this.slot.push(slot);
      this.stack.push(trace.events.stackAt(this.enteredBy[slot] ?? 0));
      this.enteredNs[slot] = NaN;
    }
  }

  /** Cuts each stretch to the life of its goroutine, which is known only now. */
  finish(): BlockingTable {
    const [startNs, endNs, slots, stacks] = [this.startNs.take(), this.endNs.take(), this.slot.take(), this.stack.take()];
    const ids = this.slots.toColumn();
    const goroutine = new Float64Array(startNs.length);
    let length = 0;
    for (let row = 0; row < startNs.length; row++) {
      const slot = slots[row] ?? 0;
      const start = Math.max(startNs[row] ?? 0, this.lifeStartNs[slot] ?? 0);
      const end = Math.min(endNs[row] ?? 0, this.lifeEndNs[slot] ?? Infinity);
      if (end > start) {
        startNs[length] = start;
        endNs[length] = end;
        goroutine[length] = ids[slot] ?? 0;
        stacks[length] = stacks[row] ?? 0;
        length++;
      }
    }
    return {
      length,
      startNs: startNs.slice(0, length),
      endNs: endNs.slice(0, length),
      goroutine: goroutine.slice(0, length),
      stack: stacks.slice(0, length),
    };
  }

  private follow(slot: number, from: GoState, to: GoState, reason: StringIndex, timeNs: number): void {
    if (slot === this.enteredNs.length) {
      this.enteredNs.push(NaN);
      this.enteredBy.push(-1);
      this.lifeStartNs.push(NaN);
      this.lifeEndNs.push(Infinity);
    }
    if (from === to) {
      return;
    }
    if (from === GoState.Undetermined || from === GoState.NotExist) {
      this.lifeStartNs[slot] = this.unknownNs;
      this.lifeEndNs[slot] = Infinity;
    }
    if (to === GoState.Running && this.lifeStartNs[slot] === this.unknownNs) {
      this.lifeStartNs[slot] = timeNs;
    }
    if (to === GoState.NotExist || (to === GoState.Waiting && this.isEndless(reason))) {
      this.lifeEndNs[slot] = timeNs;
    }
  }

  private isEndless(reason: StringIndex): boolean {
    return this.trace.strings.textOf(reason) === endlessReason;
  }

  private counts(reason: StringIndex): boolean {
    const { counts } = this.rule;
    if (counts === undefined) {
      return true;
    }
    let verdict = this.verdicts.get(reason);
    if (verdict === undefined) {
      verdict = counts(this.trace.strings.textOf(reason));
      this.verdicts.set(reason, verdict);
    }
    return verdict;
  }
}
