import { IdColumn } from './idColumn';
import { type Exact, highHalf, lowHalf } from './wire';

const directLimit = 1 << 20;
/** Odd numbers that the maker of a file does not know, so that ids cannot be chosen to fall together. */
const [lowFactor, highFactor] = [Math.floor(Math.random() * 2 ** 32) | 1, Math.floor(Math.random() * 2 ** 32) | 1];

/** Dense slots for ids in order of their first mention. Small ids go through a direct table, the rest (any u64 of a hostile file) through a hash. */
export class SlotTable {
  private direct = new Int32Array(1024);
  /** Slots plus one of the ids that are not in the direct table: open addressing, a third or more free, a power of two. */
  private hashed = new Int32Array(64);
  private hashedCount = 0;
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
    return (this.hashed[this.placeOf(id)] ?? 0) - 1;
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
      this.growHashed();
      this.hashed[this.placeOf(id)] = slot + 1;
    }
    return slot;
  }

  /** Gives the next slot to an id, which `intern` will not know of. */
  append(id: Exact): void {
    this.known.append(id);
  }

  /** Forgets all ids, and keeps their memory. */
  clear(): void {
    this.known.clear();
    this.direct.fill(0);
    this.hashed.fill(0);
    this.hashedCount = 0;
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

  /** Makes room for one more. */
  private growHashed(): void {
    this.hashedCount++;
    if (3 * this.hashedCount <= 2 * this.hashed.length) {
      return;
    }
    const { hashed } = this;
    this.hashed = new Int32Array(2 * hashed.length);
    for (const entry of hashed) {
      if (entry !== 0) {
        this.hashed[this.placeOf(this.known.exactAt(entry - 1))] = entry;
      }
    }
  }

  /** Where an id's entry is, or would be. */
  private placeOf(id: Exact): number {
    const { hashed, known } = this;
    const hash = Math.imul(lowHalf(id), lowFactor) + Math.imul(highHalf(id), highFactor);
    for (let place = hash ^ (hash >>> 15); ; place++) {
      const entry = hashed[place & (hashed.length - 1)] ?? 0;
      if (entry === 0 || known.exactAt(entry - 1) === id) {
        return place & (hashed.length - 1);
      }
    }
  }
}

function isDirect(id: Exact): id is number {
  return typeof id === 'number' && id >= 0 && id < directLimit;
}
