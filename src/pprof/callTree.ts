import type { WeightedStacks } from './flameTree';

/** Words of a slot: parent, frame and node. The keys stand beside the value, so that a look at a slot is one line of the cache. */
const wordsPerSlot = 4;

/** Stacks merged root first: nodes found by parent and frame. A child always has a larger number than its parent. Node 0 is the root. */
export class CallTree {
  length = 1;
  parent = new Uint32Array(1024);
  frame = new Uint32Array(1024);
  self = new Float64Array(1024);
  /** Open addressing; the node is 0 where a slot is free. */
  private slots = new Uint32Array(4096 * wordsPerSlot);

  /** @param nodeOfStack takes the node of each stack, where that is wanted */
  constructor({ length, frameStart, frame: frames, weight }: WeightedStacks, nodeOfStack?: Uint32Array) {
    for (let stack = 0; stack < length; stack++) {
      const node = this.descend(frames, frameStart[stack] ?? 0, frameStart[stack + 1] ?? 0);
      if (nodeOfStack !== undefined) {
        nodeOfStack[stack] = node;
      }
      this.self[node] = (this.self[node] ?? 0) + (weight[stack] ?? 0);
    }
  }

  /** Sums of `own` over each subtree. */
  sumSubtrees(own: Float64Array): Float64Array {
    const { length, parent } = this;
    const totals = own.slice(0, length);
    for (let node = length - 1; node > 0; node--) {
      const above = parent[node] ?? 0;
      totals[above] = (totals[above] ?? 0) + (totals[node] ?? 0);
    }
    return totals;
  }

  /** The node of the stack whose frames stand from `start` to `end`, leaf first; makes what is missing of it. */
  private descend(frames: Uint32Array, start: number, end: number): number {
    let { slots } = this;
    let mask = slots.length - 1;
    let node = 0;
    for (let entry = end - 1; entry >= start; entry--) {
      const frame = frames[entry] ?? 0;
      let at = slotOf(node, frame) & mask;
      let child = slots[at + 2] ?? 0;
      while (child !== 0 && (slots[at] !== node || slots[at + 1] !== frame)) {
        at = (at + wordsPerSlot) & mask;
        child = slots[at + 2] ?? 0;
      }
      if (child === 0) {
        child = this.append(node, frame, at);
        slots = this.slots;
        mask = slots.length - 1;
      }
      node = child;
    }
    return node;
  }

  private append(parent: number, frame: number, at: number): number {
    if (this.length === this.parent.length) {
      this.grow();
    }
    const node = this.length++;
    this.parent[node] = parent;
    this.frame[node] = frame;
    fillSlot(this.slots, at, parent, frame, node);
    if (this.length * 2 * wordsPerSlot > this.slots.length) {
      this.rehash();
    }
    return node;
  }

  private grow(): void {
    const capacity = this.length * 2;
    const [parent, frame, self] = [new Uint32Array(capacity), new Uint32Array(capacity), new Float64Array(capacity)];
    parent.set(this.parent);
    frame.set(this.frame);
    self.set(this.self);
    [this.parent, this.frame, this.self] = [parent, frame, self];
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 4);
    const mask = slots.length - 1;
    for (let node = 1; node < this.length; node++) {
      const parent = this.parent[node] ?? 0;
      const frame = this.frame[node] ?? 0;
      let at = slotOf(parent, frame) & mask;
      while (slots[at + 2] !== 0) {
        at = (at + wordsPerSlot) & mask;
      }
      fillSlot(slots, at, parent, frame, node);
    }
    this.slots = slots;
  }
}

function fillSlot(slots: Uint32Array, at: number, parent: number, frame: number, node: number): void {
  slots[at] = parent;
  slots[at + 1] = frame;
  slots[at + 2] = node;
}

/** Where a search begins, before it is masked: the first word of a slot. */
function slotOf(parent: number, frame: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) + Math.imul(frame, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) << 2;
}
