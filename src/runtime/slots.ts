const denseLimit = 2 ** 22;

/** Numbers ids of any size 0, 1, 2 … in the order they are first seen. Small ids, which real traces have, are found by index. */
export class Slots {
  private dense = new Int32Array(1024).fill(-1);
  private readonly sparse = new Map<number, number>();
  private readonly ids: number[] = [];

  get length(): number {
    return this.ids.length;
  }

  /** The slot of an id, made when it is new. */
  slotOf(id: number): number {
    return this.find(id) ?? this.add(id);
  }

  /** The slot of an id, undefined when it was never seen. */
  find(id: number): number | undefined {
    if (Number.isInteger(id) && id >= 0 && id < denseLimit) {
      const slot = this.dense[id];
      return slot === undefined || slot < 0 ? undefined : slot;
    }
    return this.sparse.get(id);
  }

  toColumn(): Float64Array {
    return Float64Array.from(this.ids);
  }

  private add(id: number): number {
    const slot = this.ids.push(id) - 1;
    if (Number.isInteger(id) && id >= 0 && id < denseLimit) {
      if (id >= this.dense.length) {
        const larger = new Int32Array(Math.min(denseLimit, Math.max(id + 1, this.dense.length * 2))).fill(-1);
        larger.set(this.dense);
        this.dense = larger;
      }
      this.dense[id] = slot;
    } else {
      this.sparse.set(id, slot);
    }
    return slot;
  }
}
