import { resized } from './columns';

/** Ids below this are found by index. */
const directLimit = 2 ** 20;

/** No file can know which of its ids meet in one place. */
const seed = (Math.random() * 2 ** 32) | 0;

/** Spreads 32 bits over 32 bits (finalizer of MurmurHash3, public domain). */
function mix(bits: number): number {
  const half = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  const mixed = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/**
 * Numbers ids of any size 0, 1, 2 … in the order they are first seen. Small ids, which most traces have, are found by index; the rest, which processes that
 * live long have, by open addressing.
 */
export class Slots {
  /** By small id: its slot + 1, 0 for ids that were not seen; for loops that look up by themselves. Another array after an id was added. */
  direct = new Int32Array(1024);
  private known = new Float64Array(256);
  private count = 0;
  /** Slot + 1 by place in the table, 0 is free; at most half of it is taken. */
  private table = new Int32Array(256);
  private tableCount = 0;

  get length(): number {
    return this.count;
  }

  /** The slot of an id, made when it is new. */
  slotOf(id: number): number {
    const found = this.find(id);
    return found >= 0 ? found : this.add(id);
  }

  /** The slot of an id, -1 when it was never seen. */
  find(id: number): number {
    if (id >= 0 && id < directLimit) {
      return (this.direct[id] ?? 0) - 1;
    }
    return (this.table[this.placeOf(id)] ?? 0) - 1;
  }

  idOf(slot: number): number {
    return this.known[slot] ?? -1;
  }

  /** Ids by slot. */
  toColumn(): Float64Array {
    return this.known.slice(0, this.count);
  }

  private add(id: number): number {
    if (this.count === this.known.length) {
      this.known = resized(this.known, this.count * 2);
    }
    const slot = this.count++;
    this.known[slot] = id;
    if (id >= 0 && id < directLimit) {
      this.addDirect(id, slot);
    } else {
      this.addToTable(id, slot);
    }
    return slot;
  }

  private addDirect(id: number, slot: number): void {
    let size = this.direct.length;
    while (size <= id) {
      size *= 2;
    }
    if (size > this.direct.length) {
      this.direct = resized(this.direct, size);
    }
    this.direct[id] = slot + 1;
  }

  private addToTable(id: number, slot: number): void {
    this.table[this.placeOf(id)] = slot + 1;
    if (++this.tableCount * 2 > this.table.length) {
      const entries = this.table.filter((entry) => entry !== 0);
      this.table = new Int32Array(this.table.length * 2);
      for (const entry of entries) {
        this.table[this.placeOf(this.known[entry - 1] ?? 0)] = entry;
      }
    }
  }

  /** Where an id stands in the table, or the free place for it. */
  private placeOf(id: number): number {
    const mask = this.table.length - 1;
    let place = mix(mix(id ^ seed) ^ (id / 2 ** 32)) & mask;
    for (;;) {
      const entry = this.table[place] ?? 0;
      if (entry === 0 || this.known[entry - 1] === id) {
        return place;
      }
      place = (place + 1) & mask;
    }
  }
}
