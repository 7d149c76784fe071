/**
 * Rows by 64-bit id. Ids that count 1, 2, 3 … as the Go runtime writes them need no table; others are hashed into typed arrays, so that sparse ids of
 * the whole 64-bit range are told apart and memory is bounded by the number of rows.
 */
export class IdTable {
  private length = 0;
  private isDense = true;
  private readonly low: Uint32Array;
  private readonly high: Uint32Array;
  /** Open addressing: row + 1, 0 when free. */
  private slots = new Uint32Array(0);

  /** @param capacity how many rows there are at most */
  constructor(capacity: number) {
    this.low = new Uint32Array(capacity);
    this.high = new Uint32Array(capacity);
  }

  /** Gives the next row this id; false when another row has it. The halves are unsigned 32-bit. */
  add(low: number, high: number): boolean {
    const row = this.length;
    this.low[row] = low;
    this.high[row] = high;
    this.length++;
    if (this.isDense && high === 0 && low === row + 1) {
      return true;
    }
    if (this.isDense) {
      this.leaveDense(row);
    }
    return this.insert(row);
  }

  /** Row of an id, -1 when there is none. */
  find(low: number, high: number): number {
    if (this.isDense) {
      return high === 0 && low >= 1 && low <= this.length ? low - 1 : -1;
    }
    const mask = this.slots.length - 1;
    for (let slot = hash(low, high) & mask; ; slot = (slot + 1) & mask) {
      const row = (this.slots[slot] ?? 0) - 1;
      if (row < 0 || (this.low[row] === low && this.high[row] === high)) {
        return row;
      }
    }
  }

  private leaveDense(rows: number): void {
    this.isDense = false;
    let size = 16;
    while (size < this.low.length * 2) {
      size *= 2;
    }
    this.slots = new Uint32Array(size);
    for (let row = 0; row < rows; row++) {
      this.insert(row);
    }
  }

  private insert(row: number): boolean {
    const low = this.low[row] ?? 0;
    const high = this.high[row] ?? 0;
    const mask = this.slots.length - 1;
    let slot = hash(low, high) & mask;
    for (let other = this.slots[slot] ?? 0; other !== 0; other = this.slots[slot] ?? 0) {
      if (this.low[other - 1] === low && this.high[other - 1] === high) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    this.slots[slot] = row + 1;
    return true;
  }
}

/** Differs from run to run, so that no file can be made whose ids all meet in one slot. */
const seed = Math.floor(Math.random() * 2 ** 32);

function hash(low: number, high: number): number {
  let mixed = Math.imul(low ^ seed, 0x9e3779b1);
  mixed = Math.imul((mixed ^ (mixed >>> 15)) + high, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
