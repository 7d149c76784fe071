import { GrowingColumn, newUint32 } from '../base';
import { SlotTable } from './slotTable';
import type { Exact } from './wire';

/** Small non-negative values by id, which is any u64 in a hostile file; a few bytes an id, whatever they are. */
export class IdMap<Value extends number> {
  private readonly slots = new SlotTable();
  private readonly values = new GrowingColumn(newUint32, 64);

  get length(): number {
    return this.values.length;
  }

  get(id: Exact): Value | undefined {
    const slot = this.slots.find(id);
    return slot === -1 ? undefined : (this.values.at(slot) as Value);
  }

  has(id: Exact): boolean {
    return this.slots.find(id) !== -1;
  }

  set(id: Exact, value: Value): void {
    const slot = this.slots.intern(id);
    if (slot === this.values.length) {
      this.values.push(value);
    } else {
      this.values.set(slot, value);
    }
  }
}
