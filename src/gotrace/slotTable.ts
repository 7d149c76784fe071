import { IdColumn } from './idColumn';
import type { Exact } from './wire';

const directLimit = 1 << 20;

/** Dense slots for ids in order of their first mention. Small ids go through a direct table, the rest (any u64 of a hostile file) through a hash. */
export class SlotTable {
  private direct = new Int32Array(1024);
  private readonly hashed = new Map<Exact, number>();
  private readonly known = new IdColumn();

  get length(): number {
    return this.known.length;
  }

  /** Ids by slot. */
  get ids(): ArrayLike<number> {
    return this.known.numbers;
  }

  /** Slot of an id, -1 when it was never mentioned. */
  find(id: Exact): number {
    if (isDirect(id)) {
      return id < this.direct.length ? (this.direct[id] ?? 0) - 1 : -1;
    }
    return this.hashed.get(id) ?? -1;
  }

  /** Slot of an id; a new one if needed. */
  intern(id: Exact): number {
    const found = this.find(id);
    if (found >= 0) {
      return found;
    }
    const slot = this.known.length;
    this.append(id);
    if (isDirect(id)) {
      this.growDirect(id);
      this.direct[id] = slot + 1;
    } else {
      this.hashed.set(id, slot);
    }
    return slot;
  }

  /** Gives the next slot to an id, which `intern` will not know of. */
  append(id: Exact): void {
    this.known.append(id);
  }

  exactIdOf(slot: number): Exact {
    return this.known.exactAt(slot);
  }

  idOf(slot: number): number {
    return this.known.at(slot);
  }

  private growDirect(id: number): void {
    if (id < this.direct.length) {
      return;
    }
    let size = this.direct.length;
    while (size <= id) {
      size *= 2;
    }
    const grown = new Int32Array(size);
    grown.set(this.direct);
    this.direct = grown;
  }
}

function isDirect(id: Exact): id is number {
  return typeof id === 'number' && id >= 0 && id < directLimit;
}
