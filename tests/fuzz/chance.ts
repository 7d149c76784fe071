/** Choices that follow from a text alone: the same text, the same choices, on every machine. */
export class Chance {
  private state: number;

  constructor(seed: string) {
    // FNV-1a, so that neighbouring seeds are far apart.
    let hash = 0x811c9dc5;
    for (let index = 0; index < seed.length; index++) {
      hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
    }
    this.state = hash;
  }

  /** A whole number from 0 to below `limit` (mulberry32). */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  /** True in `percent` of 100 cases. */
  percent(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One of the entries; of an empty list an error, since a mutator must know that it has something to choose from. */
  oneOf<Entry>(entries: readonly Entry[]): Entry {
    if (entries.length === 0) {
      throw new Error('nothing to choose from');
    }
    return entries[this.below(entries.length)] as Entry;
  }
}
