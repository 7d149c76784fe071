import type { Notice } from '../base';
import type { ExperimentalBatch, Trace } from './trace';
import { WireReader } from './wire';

/** Where the heap of a process begins, and in which units events of the alloc/free experiment count. */
export interface HeapLayout {
  readonly minHeapAddress: number;
  /** Unit of spans. */
  readonly pageBytes: number;
  /** Unit of objects. */
  readonly objectAlignBytes: number;
  /** Unit of goroutine stacks. */
  readonly stackAlignBytes: number;
}

/** A Go type that objects of the alloc/free experiment have. An array of it has the same one. */
export interface HeapType {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
  /** How far from the start of a value its last pointer ends. */
  readonly pointerBytes: number;
}

/** What the batches of the alloc/free experiment say beside its events. */
export interface AllocFreeTables {
  readonly layout: HeapLayout;
  /** Each type once; type 0 is the unknown one. */
  readonly types: readonly HeapType[];
  /** By generation number, then by the id that events of that generation use: index into `types`. */
  readonly typesOfGeneration: ReadonlyMap<number, ReadonlyMap<number, number>>;
  readonly notices: readonly Notice[];
}

const allocFreeExperiment = 1;
const typesBatch = 0;
const layoutBatch = 1;

/** Of all 64-bit platforms; the heap's start is not known without a batch that says so. */
const usualLayout: HeapLayout = { minHeapAddress: 0, pageBytes: 8192, objectAlignBytes: 8, stackAlignBytes: 2048 };

/**
 * Reads the batches of the alloc/free experiment (GODEBUG=traceallocfree=1); null where the trace has none. What is damaged ends its batch, with a notice.
 * Source: Go src/runtime/traceallocfree.go, tracetype.go.
 */
export function readAllocFreeTables(trace: Trace): AllocFreeTables | null {
  let reader: TablesReader | null = null;
  for (const batch of trace.experimentalBatches) {
    if (batch.experiment === allocFreeExperiment) {
      reader ??= new TablesReader(trace.bytes);
      reader.take(batch);
    }
  }
  return reader?.finish() ?? null;
}

class TablesReader {
  private readonly wire: WireReader;
  private readonly utf8 = new TextDecoder();
  private layout: HeapLayout | null = null;
  private readonly types: HeapType[] = [{ name: '', address: 0, sizeBytes: 0, pointerBytes: 0 }];
  private readonly indexOfType = new Map<string, number>();
  private readonly typesOfGeneration = new Map<number, Map<number, number>>();
  /** Offsets of batches that cannot be read to their end: the first, and how many. */
  private firstBroken = -1;
  private broken = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.wire = new WireReader(bytes);
  }

  take({ offset, length, generation }: ExperimentalBatch): void {
    const { wire } = this;
    wire.seek(offset, offset + length);
    const kind = wire.byte();
    const isWhole = kind === typesBatch ? this.takeTypes(generation) : kind === layoutBatch ? this.takeLayout() : false;
    if (!isWhole) {
      this.firstBroken = this.broken === 0 ? offset : this.firstBroken;
      this.broken++;
    }
  }

  finish(): AllocFreeTables {
    const { layout, types, typesOfGeneration } = this;
    return { layout: layout ?? usualLayout, types, typesOfGeneration, notices: this.notices() };
  }

  private notices(): Notice[] {
    const texts = [
      this.broken === 0
        ? ''
        : `Batches of the alloc/free experiment that cannot be read to their end: ${this.broken}, the first at offset ${this.firstBroken}.`,
      this.layout !== null
        ? ''
        : 'The trace does not say where the heap begins: addresses count from there, and what lay on it before is not known.',
    ];
    return texts.filter((text) => text !== '').map((text) => ({ severity: 'warning', text }));
  }

  private takeLayout(): boolean {
    const [minHeapAddress, pageBytes, objectAlignBytes, stackAlignBytes] = this.numbers(4);
    if (!stackAlignBytes || !objectAlignBytes || !pageBytes || minHeapAddress === undefined) {
      return false;
    }
    this.layout = { minHeapAddress, pageBytes, objectAlignBytes, stackAlignBytes };
    return true;
  }

  private takeTypes(generation: number): boolean {
    const ofGeneration = this.typesOfGeneration.get(generation) ?? new Map<number, number>();
    this.typesOfGeneration.set(generation, ofGeneration);
    while (!this.wire.atEnd) {
      const [id, address, sizeBytes, pointerBytes, nameLength] = this.numbers(5);
      const name = nameLength === undefined ? undefined : this.text(nameLength);
      if (id === undefined || address === undefined || sizeBytes === undefined || pointerBytes === undefined || name === undefined) {
        return false;
      }
      ofGeneration.set(id, this.intern({ name, address, sizeBytes, pointerBytes }));
    }
    return true;
  }

  /** The next varints; fewer where they cannot be read. */
  private numbers(count: number): number[] {
    const values: number[] = [];
    while (values.length < count) {
      const value = this.wire.uvarint();
      if (!(value >= 0)) {
        break;
      }
      values.push(value);
    }
    return values;
  }

  private text(length: number): string | undefined {
    const { wire } = this;
    const start = wire.pos;
    if (length > wire.end - start) {
      return undefined;
    }
    wire.pos = start + length;
    return this.utf8.decode(this.bytes.subarray(start, start + length));
  }

  private intern(type: HeapType): number {
    const key = `${type.address} ${type.name}`;
    const known = this.indexOfType.get(key);
    if (known !== undefined) {
      return known;
    }
    this.indexOfType.set(key, this.types.length);
    return this.types.push(type) - 1;
  }
}
