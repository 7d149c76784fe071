import { compareText } from '../base';
import type { FlameTree, WeightedStacks } from './flameTree';

/** How a flame tree is cut. */
export interface FlameTreeOptions {
  /** Most rows, root and remainders included; 2 at least. */
  readonly maxNodes: number;
  /** Label of the root; `total` when absent. */
  readonly rootLabel?: string;
}

/** Label of the rows that stand for what was pruned below their parent. */
const otherLabel = 'other';

/**
 * Merges stacks into a tree of calls, root first. Children stand in falling order of value (then by name, so that equal input gives equal output);
 * beyond `maxNodes` the lightest subtrees are summed up in one `other` child of their parent, so that every value stays the sum of its parts.
 * Weights may be negative, as in differences.
 */
export function buildFlameTree(stacks: WeightedStacks, { maxNodes, rootLabel = 'total' }: FlameTreeOptions): FlameTree {
  const tree = new CallTree();
  for (let stack = 0; stack < stacks.length; stack++) {
    tree.add(stacks, stack);
  }
  const totals = sumSubtrees(tree, tree.self);
  const kept = tree.length <= maxNodes ? null : chooseNodes(tree, Math.max(2, maxNodes));
  return layOut(tree, totals, kept, { names: stacks.names, rootLabel });
}

/** Nodes found by parent and frame. A child always has a larger number than its parent, so one backward pass sums up subtrees. Node 0 is the root. */
class CallTree {
  length = 1;
  parent = new Uint32Array(1024);
  frame = new Uint32Array(1024);
  self = new Float64Array(1024);
  /** Open addressing: node, 0 when free. */
  private slots = new Uint32Array(4096);

  add(stacks: WeightedStacks, stack: number): void {
    const start = stacks.frameStart[stack] ?? 0;
    let node = 0;
    for (let entry = (stacks.frameStart[stack + 1] ?? 0) - 1; entry >= start; entry--) {
      node = this.child(node, stacks.frame[entry] ?? 0);
    }
    this.self[node] = (this.self[node] ?? 0) + (stacks.weight[stack] ?? 0);
  }

  private child(parent: number, frame: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(parent, frame) & mask;
    for (let node = this.slots[slot] ?? 0; node !== 0; node = this.slots[slot] ?? 0) {
      if (this.parent[node] === parent && this.frame[node] === frame) {
        return node;
      }
      slot = (slot + 1) & mask;
    }
    const node = this.append(parent, frame);
    this.slots[slot] = node;
    if (this.length * 2 > this.slots.length) {
      this.rehash();
    }
    return node;
  }

  private append(parent: number, frame: number): number {
    if (this.length === this.parent.length) {
      this.grow();
    }
    const node = this.length++;
    this.parent[node] = parent;
    this.frame[node] = frame;
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
    this.slots = new Uint32Array(this.slots.length * 4);
    const mask = this.slots.length - 1;
    for (let node = 1; node < this.length; node++) {
      let slot = hash(this.parent[node] ?? 0, this.frame[node] ?? 0) & mask;
      while (this.slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      this.slots[slot] = node;
    }
  }
}

function hash(parent: number, frame: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Sums of `own` over each subtree. */
function sumSubtrees(tree: CallTree, own: Float64Array): Float64Array {
  const totals = own.slice(0, tree.length);
  for (let node = tree.length - 1; node > 0; node--) {
    const parent = tree.parent[node] ?? 0;
    totals[parent] = (totals[parent] ?? 0) + (totals[node] ?? 0);
  }
  return totals;
}

/**
 * 1 for nodes that stay: the heaviest, where the weight of a node is the sum of absolute values in its subtree. No child weighs more than its parent,
 * and of equals the parent has the smaller number, so whoever is chosen has a chosen parent. Each choice takes one row or two (the node, and the
 * remainder of its children) and may free one (the remainder of its parent).
 */
function chooseNodes(tree: CallTree, maxNodes: number): Uint8Array {
  const weights = sumSubtrees(tree, tree.self.map(Math.abs));
  const order = Uint32Array.from({ length: tree.length }, (_, node) => node);
  order.sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
  const missingChildren = new Uint32Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const parent = tree.parent[node] ?? 0;
    missingChildren[parent] = (missingChildren[parent] ?? 0) + 1;
  }
  const kept = new Uint8Array(tree.length);
  let rows = 0;
  for (const node of order) {
    const parent = tree.parent[node] ?? 0;
    const missing = missingChildren[node] ?? 0;
    const siblings = node === 0 ? 0 : (missingChildren[parent] ?? 0);
    rows += 1 + (missing > 0 ? 1 : 0) - (siblings === 1 ? 1 : 0);
    if (rows > maxNodes) {
      break;
    }
    kept[node] = 1;
    if (node !== 0) {
      missingChildren[parent] = siblings - 1;
    }
  }
  return kept;
}

interface Labels {
  readonly names: readonly string[];
  readonly rootLabel: string;
}

/** Depth-first rows of the kept nodes, with an `other` row last among the children of a parent that lost some. */
function layOut(tree: CallTree, totals: Float64Array, kept: Uint8Array | null, { names, rootLabel }: Labels): FlameTree {
  const isKept = (node: number): boolean => kept === null || kept[node] === 1;
  const { start, child } = listChildren(tree, isKept);
  const remainders = sumRemainders(tree, totals, isKept);
  const rows = new Rows(child.length + 1 + remainders.size);
  const [rootName, otherName] = [names.length, names.length + 1];
  const byValue = (a: number, b: number): number =>
    (totals[b] ?? 0) - (totals[a] ?? 0) || compareText(names[tree.frame[a] ?? 0] ?? '', names[tree.frame[b] ?? 0] ?? '');
  // A node below zero stands for the remainder of its parent: -1 - parent.
  const pending = [0];
  const levels = [0];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const level = levels.pop() ?? 0;
    if (node < 0) {
      const value = remainders.get(-1 - node) ?? 0;
      rows.push(level, value, value, otherName);
      continue;
    }
    rows.push(level, totals[node] ?? 0, tree.self[node] ?? 0, node === 0 ? rootName : (tree.frame[node] ?? 0));
    const children = child.subarray(start[node] ?? 0, start[node + 1] ?? 0).sort(byValue);
    if (remainders.has(node)) {
      pending.push(-1 - node);
      levels.push(level + 1);
    }
    for (let index = children.length - 1; index >= 0; index--) {
      pending.push(children[index] ?? 0);
      levels.push(level + 1);
    }
  }
  return rows.finish([...names, rootLabel, otherLabel], tree.length - 1 - child.length);
}

/** Kept children of node n: child[start[n]] … child[start[n + 1] - 1]. */
function listChildren(tree: CallTree, isKept: (node: number) => boolean): { readonly start: Uint32Array; readonly child: Uint32Array } {
  const start = new Uint32Array(tree.length + 1);
  for (let node = 1; node < tree.length; node++) {
    if (isKept(node)) {
      const after = (tree.parent[node] ?? 0) + 1;
      start[after] = (start[after] ?? 0) + 1;
    }
  }
  for (let node = 0; node < tree.length; node++) {
    start[node + 1] = (start[node + 1] ?? 0) + (start[node] ?? 0);
  }
  const next = start.slice();
  const child = new Uint32Array(start[tree.length] ?? 0);
  for (let node = 1; node < tree.length; node++) {
    if (isKept(node)) {
      const parent = tree.parent[node] ?? 0;
      child[next[parent] ?? 0] = node;
      next[parent] = (next[parent] ?? 0) + 1;
    }
  }
  return { start, child };
}

/** Sum of the children that each kept parent lost. */
function sumRemainders(tree: CallTree, totals: Float64Array, isKept: (node: number) => boolean): Map<number, number> {
  const remainders = new Map<number, number>();
  for (let node = 1; node < tree.length; node++) {
    const parent = tree.parent[node] ?? 0;
    if (!isKept(node) && isKept(parent)) {
      remainders.set(parent, (remainders.get(parent) ?? 0) + (totals[node] ?? 0));
    }
  }
  return remainders;
}

class Rows {
  private length = 0;
  private readonly level: Uint32Array;
  private readonly value: Float64Array;
  private readonly self: Float64Array;
  private readonly label: Uint32Array;

  constructor(length: number) {
    this.level = new Uint32Array(length);
    this.value = new Float64Array(length);
    this.self = new Float64Array(length);
    this.label = new Uint32Array(length);
  }

  push(level: number, value: number, self: number, label: number): void {
    const row = this.length++;
    this.level[row] = level;
    this.value[row] = value;
    this.self[row] = self;
    this.label[row] = label;
  }

  finish(labels: readonly string[], prunedNodes: number): FlameTree {
    const { length, level, value, self, label } = this;
    return { length, level, value, self, label, labels, prunedNodes };
  }
}
