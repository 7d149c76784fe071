import { BrokenTrace, UnexpectedEnd } from './brokenTrace';
import { eventSpec, eventTypeCount } from './eventSpecs';
import { EventType } from './eventType';
import { Failure } from './kernel/shared';
import { excess } from './limits';
import { goStatusNames, procStatusNames } from './schedulerState';
import type { StringIndex, StringTable } from './trace';
import { bigOfHalves, describeBrokenVarint, formatSigned, formatUnsigned } from './wire';

/** What the kernel reports of a failure, and what its words need beside. */
export interface FailureReport {
  readonly failure: Failure;
  /** In the file. */
  readonly offset: number;
  /** Of the event at fault. */
  readonly type: number;
  /** Pairs of low and high halves; what they are depends on the failure. */
  readonly numbers: Uint32Array;
  readonly bytes: Uint8Array;
  readonly goVersion: number;
  readonly generation: number | bigint;
  readonly strings: StringTable;
  /** What the words list, in halves: of two stacks with one id the pcs of the second, then of the first; of a missing range the kinds of the open stops. */
  readonly list: Uint32Array;
  /** The generation number that a number of the kernel stands for. */
  generationOf(standIn: number): number | bigint;
}

/** A failure in the official reader's words. */
export function tellFailure(report: FailureReport): BrokenTrace {
  const reason = words[report.failure]?.(new FailureText(report)) ?? `failure ${String(report.failure)}`;
  const isEnd = report.failure === Failure.BrokenVarint && reason === 'EOF';
  return isEnd ? new UnexpectedEnd(reason, report.offset) : new BrokenTrace(reason, report.offset);
}

/** Last event type of the formats that are not the newest. */
const lastTypes: Readonly<Record<number, number>> = { 22: EventType.UserLog, 23: 49, 25: 51 };
/** Fields of a frame, in their order. */
const frameFields = ['PC', 'funcID', 'fileID', 'line'];

/** The parts of a failure's words. */
class FailureText {
  constructor(readonly report: FailureReport) {}

  big(n: number): bigint {
    return bigOfHalves(this.low(n), this.high(n));
  }

  low(n: number): number {
    return this.report.numbers[2 * n] ?? 0;
  }

  high(n: number): number {
    return this.report.numbers[2 * n + 1] ?? 0;
  }

  unsigned(n: number): string {
    return formatUnsigned(this.big(n));
  }

  signed(n: number): string {
    return formatSigned(this.big(n));
  }

  /** The name that messages use for the event at fault: formats know the names of their own time. */
  get event(): string {
    const { type, goVersion } = this.report;
    const isKnown = type <= (lastTypes[goVersion] ?? type);
    return (isKnown ? eventSpec(type)?.name : undefined) ?? `Invalid(${String(type)})`;
  }

  /** The name that the newest format has for it. */
  get newestName(): string {
    return eventSpec(this.report.type)?.name ?? '';
  }

  /** The event that begins the range of the event at fault. */
  get rangeName(): 'STWBegin' | 'GCSweepBegin' | 'GCMarkAssistBegin' {
    switch (this.report.type) {
      case EventType.STWBegin:
      case EventType.STWEnd:
        return 'STWBegin';
      case EventType.GCSweepActive:
      case EventType.GCSweepBegin:
      case EventType.GCSweepEnd:
        return 'GCSweepBegin';
      default:
        return 'GCMarkAssistBegin';
    }
  }

  get brokenVarint(): string {
    const { bytes, offset } = this.report;
    return describeBrokenVarint(bytes, offset, offset + this.low(0));
  }

  /** A stack that is printed as its pcs. */
  pcs(from: number, to?: number): string {
    return this.listed(from, to)
      .map((pc) => ` 0x${pc.toString(16)}`)
      .join('');
  }

  /** The ranges that a goroutine has open, none of which is an assist. */
  get stops(): string {
    return this.listed(0)
      .map((kind) => `{${String(EventType.STWBegin)} ${String(kind)}}`)
      .join(' ');
  }

  private listed(from: number, to?: number): bigint[] {
    const halves = this.report.list.subarray(2 * from, to === undefined ? undefined : 2 * to);
    return Array.from({ length: halves.length / 2 }, (_, n) => bigOfHalves(halves[2 * n] ?? 0, halves[2 * n + 1] ?? 0));
  }

  text(string: number): string {
    return this.report.strings.textOf(string as StringIndex);
  }

  goStatus(status: number): string {
    return goStatusNames[status] ?? '';
  }

  procStatus(status: number): string {
    return procStatusNames[status] ?? '';
  }
}

const words: Readonly<Partial<Record<Failure, (text: FailureText) => string>>> = {
  [Failure.ExpectedString]: (text) => `expected string event, got ${text.unsigned(0)}`,
  [Failure.ExpectedStack]: (text) => `expected stack event, got ${text.unsigned(0)}`,
  [Failure.ExpectedSample]: (text) => `expected CPU sample event, got ${text.unsigned(0)}`,
  [Failure.ExpectedSyncRecord]: (text) => `expected frequency or clock snapshot event, got ${text.unsigned(0)}`,
  [Failure.UnexpectedEndOfGeneration]: () => 'internal error: unexpectedly processing EndOfGeneration; broken trace?',
  [Failure.BrokenVarint]: (text) => text.brokenVarint,
  [Failure.BrokenFrameVarint]: (text) =>
    `reading frame ${String(text.low(2) + 1)}'s ${frameFields[text.high(2)] ?? ''} for stack ${text.unsigned(1)}: ${text.brokenVarint}`,
  [Failure.StringSize]: (text) => `invalid string size ${text.unsigned(0)}, maximum is 1024`,
  [Failure.StackSize]: (text) => `invalid stack size ${text.unsigned(0)}, maximum is 128`,
  [Failure.ShortString]: (text) => `failed to read full string: read ${text.unsigned(0)} but wanted ${text.unsigned(1)}`,
  [Failure.DuplicateString]: (text) =>
    `multiple strings with the same ID: id=${text.unsigned(0)}, new=${text.text(text.low(1))}, existing=${text.text(text.high(1))}`,
  [Failure.DuplicateStack]: (text) => {
    const count = text.low(1);
    const added = `${text.pcs(0, count)}${count === 0 ? '' : ' '}`;
    return `multiple trace.stacks with the same ID: id=${text.unsigned(0)}, new=${added}, existing=${text.pcs(count)}`;
  },
  [Failure.UnknownFunction]: (text) => `found invalid func string ID ${text.unsigned(0)} for stack ${text.unsigned(1)}`,
  [Failure.UnknownFile]: (text) => `found invalid file string ID ${text.unsigned(0)} for stack ${text.unsigned(1)}`,
  [Failure.DuplicateFrequency]: () => 'found multiple frequency events',
  [Failure.DuplicateSnapshot]: () => 'found multiple clock snapshot events',
  [Failure.NoFrequency]: () => 'no frequency event found',
  [Failure.NoSnapshot]: () => 'no clock snapshot event found',
  [Failure.TooManyFrames]: () => excess.frames,
  [Failure.TooManyThreads]: () => 'there are more threads than a trace of this size can tell of',
  [Failure.TooManyProcs]: () => 'there are more procs than any program has',
  [Failure.TooManyContexts]: () => 'there are more threads with procs than a trace of this size can tell of',
  [Failure.TooManyStrings]: () => excess.strings,
  [Failure.TooManyStacks]: () => excess.stacks,
  [Failure.TooManyGoroutines]: () => excess.goroutines,
  [Failure.UnreadableType]: ({ report }) => {
    const type = report.bytes[report.offset] ?? 0;
    return type >= eventTypeCount ? `found invalid event type: ${String(type)}` : `found event without a timestamp: type=${String(type)}`;
  },
  [Failure.BrokenDelta]: () => 'found invalid uvarint for timestamp',
  [Failure.BrokenArgument]: () => 'found invalid uvarint',
  [Failure.UnknownStack]: (text) => `found invalid stack ID ${text.unsigned(0)} for event ${text.newestName}`,
  [Failure.UnknownString]: (text) => `found invalid string ID ${text.unsigned(0)} for event ${text.newestName}`,
  [Failure.ClockOverflow]: () => 'the time of an event is the last that 64 bits can hold',
  [Failure.NoOrder]: ({ report }) => `broken trace: failed to advance: frontier: [gen=${formatUnsigned(report.generation)}]`,
  [Failure.TooDisordered]: () => 'the events of this trace are too disordered to be put in order',
  [Failure.UnorderedType]: ({ report }) => `bad event type found while ordering: ${String(report.type)}`,
  [Failure.NeedsThread]: () => "expected a thread but didn't have one",
  [Failure.NeedsProc]: () => "expected a proc but didn't have one",
  [Failure.NeedsGoroutine]: () => "expected a goroutine but didn't have one",
  [Failure.NeedsNoGoroutine]: () => 'expected no goroutine but had one',
  [Failure.NeedsString]: (text) => `invalid string ID ${text.unsigned(0)} for ${String(text.report.type)} event`,
  [Failure.GoroutineGone]: (text) => `event ${text.event} for goroutine (${text.signed(0)}) that doesn't exist`,
  [Failure.NotRunning]: (text) => `${text.event} event for goroutine that's not Running`,
  [Failure.NotInSyscall]: (text) => `${text.event} event for goroutine that's not Syscall`,
  [Failure.NoProcToStop]: (text) => `event ${text.event} for proc (-1) that doesn't exist`,
  [Failure.ProcNotStoppable]: (text) => `${text.event} event for proc that's not Running or Syscall`,
  [Failure.ProcStatusUnknown]: (text) => `invalid status for proc ${text.signed(0)}: ${text.unsigned(1)}`,
  [Failure.ProcStatusDiffers]: (text) =>
    `inconsistent status for proc ${text.signed(0)}: old ${text.procStatus(text.low(1))} vs. new ${text.procStatus(text.high(1))}`,
  [Failure.ProcHolderUnknown]: (text) => `failed to find sched context for proc ${text.signed(0)} that's about to be stolen`,
  [Failure.SelfStealDiffers]: (text) =>
    `tried to self-steal proc ${text.signed(0)} (thread ${text.signed(1)}), but got proc ${text.signed(2)} instead`,
  [Failure.StealFromNobody]: (text) => `stole proc from non-existent thread ${text.signed(1)}`,
  [Failure.StealDiffers]: (text) =>
    `tried to steal proc ${text.signed(0)} from thread ${text.signed(1)}, but got proc ${text.signed(2)} instead`,
  [Failure.GoStatusUnknown]: (text) => `invalid status for goroutine ${text.signed(0)}: ${text.unsigned(1)}`,
  [Failure.GoStatusDiffers]: (text) =>
    `inconsistent status for goroutine ${text.signed(0)}: old ${text.goStatus(text.low(1))} vs. new ${text.goStatus(text.high(1))}`,
  [Failure.GoStatusLate]: (text) =>
    `found goroutine status for new goroutine after the first generation: id=${text.signed(0)} status=${text.goStatus(text.low(1))}`,
  [Failure.SyscallWithoutThread]: (text) => `found goroutine ${text.signed(0)} in syscall without a thread`,
  [Failure.SyscallThreadDiffers]: (text) =>
    `inconsistent thread for syscalling goroutine ${text.signed(0)}: thread has goroutine ${text.signed(1)}`,
  [Failure.GoExists]: (text) => `tried to create goroutine (${text.signed(0)}) that already exists`,
  [Failure.GoExistsInSyscall]: (text) => `tried to create goroutine (${text.signed(0)}) in syscall that already exists`,
  [Failure.ProcSequence]: (text) => {
    const known = `${String(text.low(0))} (gen=${formatUnsigned(text.report.generationOf(text.high(0)))})`;
    const next = `${text.unsigned(1)} (gen=${formatUnsigned(text.report.generation)})`;
    return `failed to advance ${text.event}: can't make sequence: ${known} -> ${next}`;
  },
  [Failure.ProcNotInSyscall]: (text) => `expected proc ${text.signed(0)} in state Syscall, but got ${text.procStatus(text.low(1))} instead`,
  [Failure.ProcLeftUnexpected]: (text) => `proc ${text.signed(0)} in unexpected state ${text.procStatus(text.low(1))} during ${text.event}`,
  [Failure.TaskExists]: (text) => `task ID conflict: ${text.unsigned(0)}`,
  [Failure.RegionMisuse]: (text) => {
    const ended = `{${text.unsigned(1)} ${text.text(text.low(3))}}`;
    const innermost = `{${text.unsigned(2)} ${text.text(text.high(3))}}`;
    const regions = `region end ${ended} when the inner-most active region start event is ${innermost}`;
    return `misuse of region in goroutine ${text.signed(0)}: ${regions}`;
  },
  [Failure.RegionGoroutineGone]: (text) => `encountered Ev${text.event} without known state for current goroutine ${text.signed(0)}`,
  [Failure.GCActiveNotFirst]: () => "GCActive in the first generation isn't first GC event",
  [Failure.GCActiveWhileOff]: () => 'encountered GCActive while GC was not in progress',
  [Failure.GCBeginWhileOn]: () => 'encountered GCBegin while GC was already in progress',
  [Failure.GCEndWhileOff]: (text) => `encountered GCEnd when GC was ${text.low(0) === 1 ? 'not in progress' : 'in an undetermined state'}`,
  [Failure.RangeGoroutineGone]: (text) =>
    `encountered event of type ${String(text.report.type)} without known state for current goroutine ${text.signed(0)}`,
  [Failure.RangeOpen]: (text) => `discovered event already in-flight for when starting event ${text.newestName}`,
  [Failure.RangeNotOpen]: (text) => `tried to end event ${text.rangeName}, but not in-flight`,
  [Failure.AssistGoroutineUnknown]: (text) => `uninitialized goroutine ${text.signed(0)} found during ${text.event}`,
  [Failure.SweepProcUnknown]: (text) => `encountered GCSweepActive for unknown proc ${text.signed(0)}`,
  [Failure.RangeFoundTwice]: (text) => `found named active range already in first gen: {${String(EventType[text.rangeName])} 0}`,
  [Failure.RangeMissing]: (text) => `resource is missing active range: ${text.rangeName} [${text.stops}]`,
};
