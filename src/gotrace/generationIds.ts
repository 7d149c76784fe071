import { GrowingColumn, newUint32 } from '../base';
import { growFor } from './columns';
import type { RowIds } from './eventTable';
import { wordsPerSparseId } from './kernel/shared';
import type { StackIndex, StringIndex } from './trace';
import { type Exact, highHalf, lowHalf } from './wire';

/** Ids of strings or of stacks as the kernel has them: values plus one by id, and of the ids that have no place there triples of low, high, value plus one. */
export interface IdColumns {
  readonly table: Uint32Array;
  readonly sparse: Uint32Array;
}

/** What the ids of each generation stand for, as columns of all generations: tiny ones cost a few bytes. */
export class GenerationIds implements RowIds {
  private readonly strings: IdRuns;
  private readonly stacks: IdRuns;

  /** @param capacity how many generations to expect */
  constructor(capacity: number) {
    this.strings = new IdRuns(capacity);
    this.stacks = new IdRuns(capacity);
  }

  /** Copies the ids of the next generation. */
  append(strings: IdColumns, stacks: IdColumns): void {
    this.strings.append(strings);
    this.stacks.append(stacks);
  }

  string(generation: number, id: Exact): StringIndex | undefined {
    return this.strings.get(generation, id) as StringIndex | undefined;
  }

  stack(generation: number, id: Exact): StackIndex | undefined {
    return this.stacks.get(generation, id) as StackIndex | undefined;
  }
}

/** Odd numbers that the maker of a file does not know, so that ids cannot be chosen to fall together. */
const [lowFactor, highFactor] = [Math.floor(Math.random() * 2 ** 32) | 1, Math.floor(Math.random() * 2 ** 32) | 1];

/** A run of a column for each generation. */
class IdRuns {
  private readonly tableStarts: GrowingColumn<Uint32Array<ArrayBuffer>>;
  private readonly sparseStarts: GrowingColumn<Uint32Array<ArrayBuffer>>;
  /** Values plus one by id. */
  private table = new Uint32Array();
  /** Of each generation an open-addressed hash table of triples, a third of them free; a value of 0 is free. */
  private sparse = new Uint32Array();

  constructor(generations: number) {
    this.tableStarts = new GrowingColumn(newUint32, generations + 1);
    this.sparseStarts = new GrowingColumn(newUint32, generations + 1);
    this.tableStarts.push(0);
    this.sparseStarts.push(0);
  }

  append({ table, sparse }: IdColumns): void {
    const start = this.tableStarts.at(this.tableStarts.length - 1);
    this.table = growFor(this.table, start + table.length);
    this.table.set(table, start);
    this.tableStarts.push(start + table.length);
    this.appendSparse(sparse);
  }

  get(generation: number, id: Exact): number | undefined {
    if (id === 0) {
      return 0;
    }
    const start = this.tableStarts.at(generation);
    const isInTable = typeof id === 'number' && id > 0 && id < this.tableStarts.at(generation + 1) - start;
    const value = isInTable ? (this.table[start + id] ?? 0) : 0;
    const found = value === 0 ? this.getSparse(generation, id) : value;
    return found === 0 ? undefined : found - 1;
  }

  private appendSparse(triples: Uint32Array): void {
    const start = this.sparseStarts.at(this.sparseStarts.length - 1);
    const count = triples.length / wordsPerSparseId;
    const slots = Math.ceil(1.5 * count);
    this.sparse = growFor(this.sparse, start + slots * wordsPerSparseId);
    this.sparseStarts.push(start + slots * wordsPerSparseId);
    for (let at = 0; at < triples.length; at += wordsPerSparseId) {
      const place = this.placeOf(start, slots, triples[at] ?? 0, triples[at + 1] ?? 0);
      this.sparse.set(triples.subarray(at, at + wordsPerSparseId), place);
    }
  }

  private getSparse(generation: number, id: Exact): number {
    const start = this.sparseStarts.at(generation);
    const slots = (this.sparseStarts.at(generation + 1) - start) / wordsPerSparseId;
    return slots > 0 ? (this.sparse[this.placeOf(start, slots, lowHalf(id), highHalf(id) >>> 0) + 2] ?? 0) : 0;
  }

  /** Where an id's triple is, or would be. */
  private placeOf(start: number, slots: number, low: number, high: number): number {
    const { sparse } = this;
    const hash = Math.imul(low, lowFactor) + Math.imul(high, highFactor);
    for (let slot = ((hash ^ (hash >>> 15)) >>> 0) % slots; ; slot = (slot + 1) % slots) {
      const place = start + slot * wordsPerSparseId;
      if (sparse[place + 2] === 0 || (sparse[place] === low && sparse[place + 1] === high)) {
        return place;
      }
    }
  }
}
