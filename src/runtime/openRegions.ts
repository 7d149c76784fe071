import { pushTo } from '../base';
import { resized } from './columns';

/** What an end of a region names. */
interface RegionName {
  readonly task: Float64Array;
  readonly type: Uint32Array;
}

/**
 * Which rows of a table of regions are open, by slot of their goroutine. Regions are nested in nearly every trace, so an end takes the innermost one; where
 * it names another, the goroutine's open regions are kept by name from there on, so that no file makes the search long.
 */
export class OpenRegions {
  /** By slot: 1 + row of the innermost open region. */
  private innermost = new Uint32Array(64);
  /** By row: 1 + row of the open region around it. */
  private around = new Uint32Array(64);
  /** By slot of a goroutine whose regions are not nested: open rows by name, outermost first. */
  private readonly byName = new Map<number, Map<string, number[]>>();

  open(slot: number, row: number, names: RegionName): void {
    const named = this.byName.size === 0 ? undefined : this.byName.get(slot);
    if (named !== undefined) {
      pushTo(named, keyOf(names, row), row);
      return;
    }
    if (slot >= this.innermost.length) {
      this.innermost = resized(this.innermost, slot * 2);
    }
    if (row >= this.around.length) {
      this.around = resized(this.around, row * 2);
    }
    this.around[row] = this.innermost[slot] ?? 0;
    this.innermost[slot] = row + 1;
  }

  /** Closes the innermost open region of that task and type; -1 without. */
  close(slot: number, task: number, type: number, names: RegionName): number {
    const named = this.byName.size === 0 ? undefined : this.byName.get(slot);
    if (named !== undefined) {
      return named.get(`${task} ${type}`)?.pop() ?? -1;
    }
    const row = (this.innermost[slot] ?? 0) - 1;
    if (row < 0) {
      return -1;
    }
    if (names.task[row] === task && names.type[row] === type) {
      this.innermost[slot] = this.around[row] ?? 0;
      return row;
    }
    this.keepByName(slot, names);
    return this.close(slot, task, type, names);
  }

  /** Closes all open regions of a goroutine. */
  closeAll(slot: number): number[] {
    if ((this.innermost[slot] ?? 0) === 0 && !this.byName.has(slot)) {
      return [];
    }
    const rows = [...(this.byName.get(slot)?.values() ?? [])].flat();
    this.byName.delete(slot);
    for (let row = (this.innermost[slot] ?? 0) - 1; row >= 0; row = (this.around[row] ?? 0) - 1) {
      rows.push(row);
    }
    this.innermost[slot] = 0;
    return rows;
  }

  private keepByName(slot: number, names: RegionName): void {
    const named = new Map<string, number[]>();
    for (const row of this.closeAll(slot).reverse()) {
      pushTo(named, keyOf(names, row), row);
    }
    this.byName.set(slot, named);
  }
}

function keyOf({ task, type }: RegionName, row: number): string {
  return `${task[row] ?? 0} ${type[row] ?? 0}`;
}
