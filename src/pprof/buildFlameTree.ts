import { CallTree } from './callTree';
import type { FlameTree, WeightedStacks } from './flameTree';
import { layOutTree } from './layOutTree';

/** How a flame tree is cut. */
export interface FlameTreeOptions {
  /** Most rows, root and remainders included; 2 at least. */
  readonly maxNodes: number;
  /** Label of the root; `total` when absent. */
  readonly rootLabel?: string;
}

/**
 * Merges stacks into a tree of calls, root first. Children stand in falling order of value (then by name, so that equal input gives equal output);
 * beyond `maxNodes` the lightest subtrees are summed up in one `other` child of their parent, so that every value stays the sum of its parts.
 * Weights may be negative, as in differences.
 */
export function buildFlameTree(stacks: WeightedStacks, { maxNodes, rootLabel = 'total' }: FlameTreeOptions): FlameTree {
  const tree = new CallTree(stacks);
  return layOutTree(tree, keptNodes(tree, maxNodes), { names: stacks.names, rootLabel }).rows;
}

/** 1 for nodes that stay among `maxNodes` rows; null where all do. */
export function keptNodes(tree: CallTree, maxNodes: number): Uint8Array | null {
  return tree.length <= maxNodes ? null : chooseNodes(tree, Math.max(2, maxNodes));
}

/**
 * 1 for nodes that stay: the heaviest, where the weight of a node is the sum of absolute values in its subtree. No child weighs more than its parent,
 * and of equals the parent has the smaller number, so whoever is chosen has a chosen parent. Each choice takes one row or two (the node, and the
 * remainder of its children) and may free one (the remainder of its parent).
 */
function chooseNodes(tree: CallTree, maxNodes: number): Uint8Array {
  const missingChildren = new Uint32Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const parent = tree.parent[node] ?? 0;
    missingChildren[parent] = (missingChildren[parent] ?? 0) + 1;
  }
  const kept = new Uint8Array(tree.length);
  let rows = 0;
  for (const node of heaviestNodes(tree, maxNodes)) {
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

/** At least the `count` heaviest nodes, heaviest first and of equals that with the smaller number: only what may be chosen is sorted. */
function heaviestNodes(tree: CallTree, count: number): Uint32Array {
  const weights = tree.sumSubtrees(tree.self.map(Math.abs));
  const least = weights.slice().sort()[Math.max(0, tree.length - count)] ?? 0;
  const order = new Uint32Array(tree.length);
  let length = 0;
  for (let node = 0; node < tree.length; node++) {
    if ((weights[node] ?? 0) >= least) {
      order[length++] = node;
    }
  }
  return order.subarray(0, length).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
}
