import { readTaskBegin, readTaskEnd, stwReasonAt } from './details';
import { eventSpec } from './eventSpecs';
import { quoteGo } from './quote';
import { EventType, NONE, type StackIndex, type StringIndex, type Sync, type Trace } from './trace';
import { exactTransitionId, newTransition, readTransition } from './transitions';
import { formatWall } from './wallClock';
import { formatSigned, formatUnsigned } from './wire';

const chunkBytes = 1 << 18;
const goStateNames = ['Undetermined', 'NotExist', 'Runnable', 'Running', 'Waiting', 'Syscall'];
const procStateNames = ['Undetermined', 'NotExist', 'Running', 'Idle'];
const noStack = 0 as StackIndex;

/**
 * The text that `go tool trace -d=parsed` (Go 1.26) prints on stdout for the trace, in chunks of bytes (names are printed as they are in the file, UTF-8 or
 * not).
 * @param formatWallClock writes Unix times; the official tool prints them in the zone of its machine
 */
export function* formatParsed(trace: Trace, formatWallClock?: (unixNs: bigint) => string): Generator<Uint8Array> {
  const printer = new Printer(trace, formatWallClock);
  for (let event = 0; event < trace.events.length; event++) {
    printer.print(event);
    if (printer.size >= chunkBytes) {
      yield printer.take();
    }
  }
  yield printer.take();
}

/** Prints single events as {@link formatParsed} does; bytes that are no UTF-8 become replacement characters. */
export function eventFormatter(trace: Trace): (event: number) => string {
  const printer = new Printer(trace);
  const decoder = new TextDecoder();
  return (event) => {
    if (trace.events.typeAt(event) === EventType.Sync) {
      printer.seek(event);
    }
    printer.print(event);
    return decoder.decode(printer.take()).trimEnd();
  };
}

class Printer {
  private readonly encoder = new TextEncoder();
  private buffer = new Uint8Array(2 * chunkBytes);
  size = 0;
  private readonly quoted = new Map<StringIndex, string>();
  private readonly stackTexts = new Map<StackIndex, Uint8Array>();
  private readonly transition = newTransition();
  private syncs = 0;

  constructor(
    private readonly trace: Trace,
    private readonly formatWallClock = formatWall,
  ) {}

  take(): Uint8Array {
    const chunk = this.buffer.slice(0, this.size);
    this.size = 0;
    return chunk;
  }

  /** Events from here on are printed next: Sync events are numbered. */
  seek(event: number): void {
    this.syncs = 0;
    while ((this.trace.syncs.at(this.syncs)?.event ?? event) < event) {
      this.syncs++;
    }
  }

  print(event: number): void {
    const { trace } = this;
    const { events } = trace;
    const type = events.typeAt(event);
    const context = `M=${this.thread(event)} P=${this.proc(event)} G=${this.goroutine(event)}`;
    this.text(`${context} ${kindOf(type)} Time=${String(trace.originNs + events.bigTimeNsAt(event))}`);
    this.printDetails(type, event);
    // A CPU sample is shown with its stack even where that is empty.
    const stack = events.stackAt(event);
    if (stack !== noStack || type === EventType.CPUSample) {
      this.text('\nStack=\n');
      this.stack(stack);
    }
    this.text('\n');
  }

  private printDetails(type: EventType, event: number): void {
    const { trace } = this;
    const { events } = trace;
    switch (type) {
      case EventType.Sync:
        this.printSync(trace.syncs.at(this.syncs++));
        return;
      case EventType.ProcsChange:
      case EventType.HeapAlloc:
      case EventType.HeapGoal:
        this.text(` Name="${metricNames.get(type) ?? ''}" Value=${this.value(event, 0)}`);
        return;
      case EventType.GoLabel:
        this.text(` Label=${this.quote(events.stringAt(event, 0))} Resource=Goroutine(${this.goroutine(event)})`);
        return;
      case EventType.UserTaskBegin:
      case EventType.UserTaskEnd:
        this.printTask(type, event);
        return;
      case EventType.UserRegionBegin:
      case EventType.UserRegionEnd:
        this.text(` Task=${String(events.bigArgAt(event, 0))} Type=${this.quote(events.stringAt(event, 1))}`);
        return;
      case EventType.UserLog: {
        // Messages seldom repeat: not worth keeping.
        const message = quoteGo(trace.strings.bytesOf(events.stringAt(event, 2)));
        this.text(` Task=${String(events.bigArgAt(event, 0))} Category=${this.quote(events.stringAt(event, 1))} Message=${message}`);
        return;
      }
      case EventType.CPUSample:
        return;
      default:
        if (readTransition(trace, event, this.transition)) {
          this.printTransition(type, event);
        } else if (type >= EventType.Span) {
          this.printExperimental(type, event);
        } else {
          this.printRange(type, event);
        }
    }
  }

  private printSync(sync: Sync | undefined): void {
    this.text(` N=${String(this.syncs)}`);
    if (sync !== undefined && sync.snapshot !== null) {
      const { traceNs, monoNs, wallUnixNs } = sync.snapshot;
      this.text(` Trace=${String(traceNs)} Mono=${String(monoNs)} Wall=${this.formatWallClock(wallUnixNs)}`);
    }
  }

  private printTask(type: EventType, event: number): void {
    const { events } = this.trace;
    const begin = type === EventType.UserTaskBegin;
    const details = begin ? readTaskBegin(this.trace, event) : readTaskEnd(this.trace, event);
    const parent = details.parent === NONE || !begin ? (details.bigParent ?? details.parent) : events.bigArgAt(event, 1);
    this.text(` ID=${String(events.bigArgAt(event, 0))} Parent=${formatUnsigned(parent)} Type=${this.quote(details.type)}`);
  }

  private printTransition(type: EventType, event: number): void {
    const { resource, from, to, reason, stack } = this.transition;
    const names = resource === 'goroutine' ? goStateNames : procStateNames;
    const id = exactTransitionId(this.trace, event, this.transition);
    this.text(` ${resource === 'goroutine' ? 'GoID' : 'ProcID'}=${formatSigned(id)} ${names[from] ?? ''}->${names[to] ?? ''}`);
    this.text(` Reason=${this.quote(reason)}`);
    // A new goroutine is shown with its start stack even where that is empty.
    if (stack !== noStack || type === EventType.GoCreate || type === EventType.GoCreateBlocked) {
      this.text('\nTransitionStack=\n');
      this.stack(stack);
    }
  }

  private printRange(type: EventType, event: number): void {
    const { events } = this.trace;
    const isEnd = kindOf(type) === 'RangeEnd';
    let name = 'GC mark assist';
    let scope = `Goroutine(${this.goroutine(event)})`;
    if (type === EventType.GCMarkAssistActive) {
      scope = `Goroutine(${formatSigned(events.bigArgAt(event, 0))})`;
    } else if (type === EventType.STWBegin || type === EventType.STWEnd) {
      // Quoted as a whole; the parentheses need no quoting of their own.
      name = `stop-the-world (${this.quote(stwReasonAt(this.trace, event)).slice(1, -1)})`;
    } else if (type === EventType.GCBegin || type === EventType.GCActive || type === EventType.GCEnd) {
      name = 'GC concurrent mark phase';
      scope = 'None';
    } else if (type !== EventType.GCMarkAssistBegin && type !== EventType.GCMarkAssistEnd) {
      name = 'GC incremental sweep';
      scope = `Proc(${type === EventType.GCSweepActive ? formatSigned(events.bigArgAt(event, 0)) : this.proc(event)})`;
    }
    this.text(` Name="${name}" Scope=${scope}`);
    if (isEnd) {
      const swept = type === EventType.GCSweepEnd;
      this.text(swept ? ` Attributes=["bytes swept"=${this.value(event, 0)} "bytes reclaimed"=${this.value(event, 1)}]` : ' Attributes=[]');
    }
  }

  private printExperimental(type: EventType, event: number): void {
    const spec = eventSpec(type);
    const args = (spec?.args ?? []).map((name, n) => `${name}=${this.value(event, n)}`);
    this.text(` Name=${spec?.name ?? ''} Args=[${args.join(', ')}]`);
  }

  private thread(event: number): string {
    const { events } = this.trace;
    const id = events.threadAt(event);
    return formatSigned(Number.isSafeInteger(id) ? id : events.bigContextAt(event).thread);
  }

  private proc(event: number): string {
    const { events } = this.trace;
    const id = events.procAt(event);
    return formatSigned(Number.isSafeInteger(id) ? id : events.bigContextAt(event).proc);
  }

  private goroutine(event: number): string {
    const { events } = this.trace;
    const id = events.goroutineAt(event);
    return formatSigned(Number.isSafeInteger(id) ? id : events.bigContextAt(event).goroutine);
  }

  private value(event: number, n: number): string {
    return `Value{Uint64(${String(this.trace.events.bigArgAt(event, n))})}`;
  }

  private quote(string: StringIndex): string {
    let quoted = this.quoted.get(string);
    if (quoted === undefined) {
      quoted = quoteGo(this.trace.strings.bytesOf(string));
      this.quoted.set(string, quoted);
    }
    return quoted;
  }

  private stack(stack: StackIndex): void {
    let text = this.stackTexts.get(stack);
    if (text === undefined) {
      text = this.formatStack(stack);
      this.stackTexts.set(stack, text);
    }
    this.bytes(text);
  }

  private formatStack(stack: StackIndex): Uint8Array {
    const { stacks, strings } = this.trace;
    const { frames } = stacks;
    const parts: Uint8Array[] = [];
    for (let i = stacks.frameStart[stack] ?? 0; i < (stacks.frameStart[stack + 1] ?? 0); i++) {
      const frame = stacks.frame[i] ?? 0;
      const big = frames.big?.get(frame);
      parts.push(
        this.encoder.encode('\t'),
        strings.bytesOf((frames.function[frame] ?? 0) as StringIndex),
        this.encoder.encode(` @ 0x${BigInt.asUintN(64, BigInt(big?.pc ?? frames.pc[frame] ?? 0)).toString(16)}\n\t\t`),
        strings.bytesOf((frames.file[frame] ?? 0) as StringIndex),
        this.encoder.encode(`:${formatUnsigned(big?.line ?? frames.line[frame] ?? 0)}\n`),
      );
    }
    const text = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const part of parts) {
      text.set(part, offset);
      offset += part.length;
    }
    return text;
  }

  private text(text: string): void {
    this.reserve(text.length * 3);
    this.size += this.encoder.encodeInto(text, this.buffer.subarray(this.size)).written;
  }

  private bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.size);
    this.size += bytes.length;
  }

  private reserve(count: number): void {
    if (this.size + count > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.size + count));
      grown.set(this.buffer.subarray(0, this.size));
      this.buffer = grown;
    }
  }
}

const metricNames: ReadonlyMap<EventType, string> = new Map([
  [EventType.ProcsChange, '/sched/gomaxprocs:threads'],
  [EventType.HeapAlloc, '/memory/classes/heap/objects:bytes'],
  [EventType.HeapGoal, '/gc/heap/goal:bytes'],
]);

const kinds: ReadonlyMap<EventType, string> = new Map([
  [EventType.Sync, 'Sync'],
  [EventType.CPUSample, 'StackSample'],
  [EventType.ProcsChange, 'Metric'],
  [EventType.HeapAlloc, 'Metric'],
  [EventType.HeapGoal, 'Metric'],
  [EventType.GoLabel, 'Label'],
  [EventType.STWBegin, 'RangeBegin'],
  [EventType.STWEnd, 'RangeEnd'],
  [EventType.GCActive, 'RangeActive'],
  [EventType.GCBegin, 'RangeBegin'],
  [EventType.GCEnd, 'RangeEnd'],
  [EventType.GCSweepActive, 'RangeActive'],
  [EventType.GCSweepBegin, 'RangeBegin'],
  [EventType.GCSweepEnd, 'RangeEnd'],
  [EventType.GCMarkAssistActive, 'RangeActive'],
  [EventType.GCMarkAssistBegin, 'RangeBegin'],
  [EventType.GCMarkAssistEnd, 'RangeEnd'],
  [EventType.UserTaskBegin, 'TaskBegin'],
  [EventType.UserTaskEnd, 'TaskEnd'],
  [EventType.UserRegionBegin, 'RegionBegin'],
  [EventType.UserRegionEnd, 'RegionEnd'],
  [EventType.UserLog, 'Log'],
]);

function kindOf(type: EventType): string {
  return kinds.get(type) ?? (type >= EventType.Span ? 'Experimental' : 'StateTransition');
}
