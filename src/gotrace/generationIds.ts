import type { RowIds } from './eventTable';
import { wordsPerSparseId } from './kernel/shared';
import type { StackIndex, StringIndex } from './trace';
import { exactOfHalves } from './wire';

/** Ids of strings or of stacks as the kernel has them: values plus one by id, and of the ids that have no place there triples of low, high, value plus one. */
export interface IdColumns {
  readonly table: Uint32Array;
  readonly sparse: Uint32Array;
}

/** What the ids of one generation stand for; a copy. Of generations without any, tiny ones most often, one stands for all. */
export function copyIds({ strings, stacks }: { readonly strings: IdColumns; readonly stacks: IdColumns }): GenerationIds {
  const isEmpty = [strings.table, strings.sparse, stacks.table, stacks.sparse].every(({ length }) => length === 0);
  return isEmpty ? noGenerationIds : new GenerationIds(strings, stacks);
}

/** See {@link copyIds}. */
export class GenerationIds implements RowIds {
  private readonly strings: Ids<StringIndex>;
  private readonly stacks: Ids<StackIndex>;

  constructor(strings: IdColumns, stacks: IdColumns) {
    this.strings = new Ids(strings);
    this.stacks = new Ids(stacks);
  }

  string(id: number | bigint): StringIndex | undefined {
    return this.strings.get(id);
  }

  stack(id: number | bigint): StackIndex | undefined {
    return this.stacks.get(id);
  }
}

const noIds = new Uint32Array();

class Ids<Index extends number> {
  private readonly table: Uint32Array;
  private readonly sparse: ReadonlyMap<number | bigint, number> | undefined;

  constructor({ table, sparse }: IdColumns) {
    this.table = table.length === 0 ? noIds : table.slice();
    if (sparse.length > 0) {
      const byId = new Map<number | bigint, number>();
      for (let at = 0; at < sparse.length; at += wordsPerSparseId) {
        byId.set(exactOfHalves(sparse[at] ?? 0, sparse[at + 1] ?? 0), sparse[at + 2] ?? 0);
      }
      this.sparse = byId;
    }
  }

  get(id: number | bigint): Index | undefined {
    if (id === 0) {
      return 0 as Index;
    }
    const value = (typeof id === 'number' ? this.table[id] : undefined) ?? 0;
    const found = value === 0 ? (this.sparse?.get(id) ?? 0) : value;
    return found === 0 ? undefined : ((found - 1) as Index);
  }
}

const noGenerationIds = new GenerationIds({ table: noIds, sparse: noIds }, { table: noIds, sparse: noIds });
