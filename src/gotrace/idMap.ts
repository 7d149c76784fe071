import type { Exact } from './wire';

/**
 * Small non-negative values by id. The runtime numbers strings and stacks from 1 up, so ids are looked up in a table; what does not fit there
 * (any u64 of a hostile file) is hashed, and the table never grows past a few times the number of entries.
 */
export class IdMap<Value extends number> {
  private direct = new Int32Array(64);
  private readonly hashed = new Map<Exact, Value>();
  private count = 0;

  get(id: Exact): Value | undefined {
    const entry = typeof id === 'number' && id >= 0 && id < this.direct.length ? (this.direct[id] ?? 0) : 0;
    if (entry !== 0) {
      return (entry - 1) as Value;
    }
    return this.hashed.size === 0 ? undefined : this.hashed.get(id);
  }

  has(id: Exact): boolean {
    return this.get(id) !== undefined;
  }

  set(id: Exact, value: Value): void {
    this.count += 1;
    if (typeof id === 'number' && id >= 0 && id < 4 * this.count + 64) {
      this.reach(id);
      this.direct[id] = value + 1;
    } else {
      this.hashed.set(id, value);
    }
  }

  private reach(id: number): void {
    if (id < this.direct.length) {
      return;
    }
    const grown = new Int32Array(Math.max(2 * this.direct.length, id + 1));
    grown.set(this.direct);
    this.direct = grown;
  }
}
