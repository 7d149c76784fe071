import { breathe, GrowingColumn, newFloat64, newUint32, type Notice, type WorkOptions } from '../base';
import { type AllocFreeTables, EventType, type HeapLayout, type HeapType, readAllocFreeTables, type Trace } from '../gotrace';

/** The heap of a trace of the alloc/free experiment (GODEBUG=traceallocfree=1). */
export interface HeapObjects {
  readonly layout: HeapLayout;
  /** Types by index; type 0 is the unknown one. */
  readonly types: readonly HeapType[];
  readonly objects: HeapObjectTable;
  readonly spans: HeapSpanTable;
  readonly stacks: HeapTable;
  /** Allocations of a few bytes that went into an object that was there already. Go 1.23 does not write them. */
  readonly tinyAllocations: number;
  readonly notices: readonly Notice[];
}

/** What lay in memory from when to when: [allocatedNs, freedNs). What was there before the trace has -Infinity, what outlives it Infinity. */
export interface HeapTable {
  readonly length: number;
  readonly address: Float64Array;
  readonly bytes: Float64Array;
  readonly allocatedNs: Float64Array;
  readonly freedNs: Float64Array;
}

/** Runs of pages. */
export interface HeapSpanTable extends HeapTable {
  /** Size of the objects of a span; 0 of spans for stacks and the runtime's own data. */
  readonly objectBytes: Float64Array;
}

/** Objects. `bytes` is the size of their slot, 0 where no span is known that covers it; the sweeper frees them some time after their death. */
export interface HeapObjectTable extends HeapTable {
  /** Index into `types`. */
  readonly type: Uint32Array;
}

/** Sizes of objects by size class; class 0 is one object over the whole span. Source: Go src/internal/runtime/gc/sizeclasses.go. */
const objectBytesOfClass: readonly number[] = [
  0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512, 576, 640, 704,
  768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472,
  9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
];
/** Most pages of a span that holds more than one object. */
const mostPagesOfClass = 10;
/** Class of the slots into which the runtime puts several small allocations without pointers: 16 bytes, no pointers. */
const tinyKind = (2 << 2) | 2;

/** Events between two chances for a cancel message to arrive. */
const eventsPerBreath = 2 ** 18;

/**
 * Follows all spans, objects and goroutine stacks of a trace of the alloc/free experiment; null where the trace is none. What does not fit together is kept as
 * far as it goes, with a notice. Source: go-execution-trace.md section 4.5, Go src/runtime/traceallocfree.go.
 * @throws the signal's reason when aborted
 */
export async function findHeapObjects(trace: Trace, { signal, onProgress }: WorkOptions = {}): Promise<HeapObjects | null> {
  const tables = readAllocFreeTables(trace);
  if (tables === null) {
    return null;
  }
  const { events } = trace;
  const walk = new HeapWalk(trace, tables);
  for (let event = 0; event < events.length;) {
    const end = Math.min(events.length, event + eventsPerBreath);
    for (; event < end; event++) {
      walk.take(event);
    }
    onProgress?.('heap objects', event / events.length);
    await breathe(signal);
  }
  return walk.finish();
}

/** A table that is being filled; rows are found by the offset from the start of the heap at which they live. */
class LiveTable {
  readonly offset = new GrowingColumn(newFloat64, 1024);
  readonly bytes = new GrowingColumn(newFloat64, 1024);
  readonly allocatedNs = new GrowingColumn(newFloat64, 1024);
  private readonly freedNs = new GrowingColumn(newFloat64, 1024);
  private readonly rowAtOffset = new Map<number, number>();

  /** The row that lives at an offset. */
  find(offset: number): number | undefined {
    return this.rowAtOffset.get(offset);
  }

  /** What still lived there is over. */
  add(offset: number, bytes: number, allocatedNs: number): number {
    this.free(offset, allocatedNs);
    const row = this.offset.length;
    this.rowAtOffset.set(offset, row);
    this.offset.push(offset);
    this.bytes.push(bytes);
    this.allocatedNs.push(allocatedNs);
    this.freedNs.push(Infinity);
    return row;
  }

  /** False where nothing is known to live there. */
  free(offset: number, timeNs: number): boolean {
    const row = this.rowAtOffset.get(offset);
    if (row === undefined) {
      return false;
    }
    this.freedNs.set(row, timeNs);
    return this.rowAtOffset.delete(offset);
  }

  finish({ minHeapAddress }: HeapLayout): HeapTable {
    return {
      length: this.offset.length,
      address: this.offset.take().map((offset) => minHeapAddress + offset),
      bytes: this.bytes.take(),
      allocatedNs: this.allocatedNs.take(),
      freedNs: this.freedNs.take(),
    };
  }
}

const noType = 0;
const noSpan = -1;
const notObjects = 1;

class HeapWalk {
  private readonly spans = new LiveTable();
  private readonly spanKind = new GrowingColumn(newFloat64, 1024);
  private readonly spanObjectBytes = new GrowingColumn(newFloat64, 1024);
  private readonly objects = new LiveTable();
  private readonly objectType = new GrowingColumn(newUint32, 1024);
  private readonly stacks = new LiveTable();
  private generations = 0;
  private typesOfGeneration: ReadonlyMap<number, number> | undefined;
  /** Objects come in runs from one span. */
  private lastSpan = noSpan;
  private tinyAllocations = 0;
  private withoutSpan = 0;
  private unknownFrees = 0;

  constructor(
    private readonly trace: Trace,
    private readonly tables: AllocFreeTables,
  ) {}

  take(event: number): void {
    const { events, syncs } = this.trace;
    switch (events.typeAt(event)) {
      case EventType.Sync:
        this.typesOfGeneration = this.tables.typesOfGeneration.get(syncs.at(this.generations++)?.generation ?? -1);
        return;
      case EventType.Span:
        return this.addSpan(event, -Infinity);
      case EventType.SpanAlloc:
        return this.addSpan(event, events.timeNsAt(event));
      case EventType.SpanFree:
        return this.freeSpan(event);
      case EventType.HeapObject:
        return this.addObject(event, -Infinity);
      case EventType.HeapObjectAlloc:
        return this.addObject(event, events.timeNsAt(event));
      case EventType.HeapObjectFree:
        return this.freeObject(event);
      case EventType.GoroutineStack:
        return this.addStack(event, -Infinity);
      case EventType.GoroutineStackAlloc:
        return this.addStack(event, events.timeNsAt(event));
      case EventType.GoroutineStackFree:
        this.stacks.free(this.offsetOf(event, this.tables.layout.stackAlignBytes), events.timeNsAt(event));
        return;
      default:
    }
  }

  finish(): HeapObjects {
    const { layout, types, notices } = this.tables;
    return {
      layout,
      types,
      objects: { ...this.objects.finish(layout), type: this.objectType.take() },
      spans: { ...this.spans.finish(layout), objectBytes: this.spanObjectBytes.take() },
      stacks: this.stacks.finish(layout),
      tinyAllocations: this.tinyAllocations,
      notices: [...notices, ...this.gapNotices()],
    };
  }

  private gapNotices(): Notice[] {
    const texts = [
      this.withoutSpan === 0 ? '' : `Objects whose size is not known, because no span of the trace covers them: ${this.withoutSpan}.`,
      this.unknownFrees === 0
        ? ''
        : `Objects that were freed, but of which the trace does not say that they were there: ${this.unknownFrees}.`,
    ];
    return texts.filter((text) => text !== '').map((text) => ({ severity: 'warning', text }));
  }

  private offsetOf(event: number, unitBytes: number): number {
    return this.trace.events.argAt(event, 0) * unitBytes;
  }

  private addSpan(event: number, timeNs: number): void {
    const { events } = this.trace;
    const { pageBytes } = this.tables.layout;
    const kind = events.argAt(event, 2);
    const bytes = events.argAt(event, 1) * pageBytes;
    this.spans.add(this.offsetOf(event, pageBytes), bytes, timeNs);
    const isOfObjects = kind !== notObjects;
    const objectBytes = isOfObjects ? objectBytesOfClass[Math.floor(kind / 4)] : 0;
    this.spanKind.push(kind);
    this.spanObjectBytes.push(objectBytes === 0 && isOfObjects ? bytes : (objectBytes ?? 0));
    this.lastSpan = noSpan;
  }

  private freeSpan(event: number): void {
    this.spans.free(this.offsetOf(event, this.tables.layout.pageBytes), this.trace.events.timeNsAt(event));
    this.lastSpan = noSpan;
  }

  private addObject(event: number, timeNs: number): void {
    const { events } = this.trace;
    const offset = this.offsetOf(event, this.tables.layout.objectAlignBytes);
    const span = this.spanAround(offset);
    const slot = this.slotOf(span, offset);
    const known = this.objects.find(slot);
    if (known !== undefined && this.isTiny(span, this.objects.allocatedNs.at(known))) {
      this.tinyAllocations++;
      return;
    }
    this.withoutSpan += span === noSpan ? 1 : 0;
    this.objects.add(slot, span === noSpan ? 0 : this.spanObjectBytes.at(span), timeNs);
    this.objectType.push(this.typesOfGeneration?.get(events.argAt(event, 1)) ?? noType);
  }

  private freeObject(event: number): void {
    const offset = this.offsetOf(event, this.tables.layout.objectAlignBytes);
    const isKnown = this.objects.free(this.slotOf(this.spanAround(offset), offset), this.trace.events.timeNsAt(event));
    this.unknownFrees += isKnown ? 0 : 1;
  }

  private addStack(event: number, timeNs: number): void {
    const order = this.trace.events.argAt(event, 1);
    const bytes = order >= 1 && order <= 53 ? 2 ** (order - 1) : 0;
    this.stacks.add(this.offsetOf(event, this.tables.layout.stackAlignBytes), bytes, timeNs);
  }

  /** Whether a slot holds several small allocations: it was filled since its span is what it is now. */
  private isTiny(span: number, filledNs: number): boolean {
    return span !== noSpan && this.spanKind.at(span) === tinyKind && filledNs >= this.spans.allocatedNs.at(span);
  }

  /** The span of objects that covers an offset. */
  private spanAround(offset: number): number {
    if (this.lastSpan === noSpan || !this.covers(this.lastSpan, offset)) {
      this.lastSpan = this.findSpan(offset);
    }
    return this.lastSpan;
  }

  private findSpan(offset: number): number {
    const { pageBytes } = this.tables.layout;
    const page = Math.floor(offset / pageBytes) * pageBytes;
    for (let pages = 0; pages < mostPagesOfClass; pages++) {
      const span = this.spans.find(page - pages * pageBytes);
      if (span !== undefined) {
        return this.covers(span, offset) ? span : noSpan;
      }
    }
    return noSpan;
  }

  private covers(span: number, offset: number): boolean {
    const start = this.spans.offset.at(span);
    return this.spanObjectBytes.at(span) > 0 && start <= offset && offset < start + this.spans.bytes.at(span);
  }

  /**
   * Where the slot of an object begins, which names it: small allocations are told by where they lie in their slot, and large objects by what follows their
   * header, but what is freed is the slot.
   */
  private slotOf(span: number, offset: number): number {
    if (span === noSpan) {
      return offset;
    }
    const start = this.spans.offset.at(span);
    const objectBytes = this.spanObjectBytes.at(span);
    return start + Math.floor((offset - start) / objectBytes) * objectBytes;
  }
}
