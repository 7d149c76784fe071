import { compareText } from '../base';
import type { CallTree } from './callTree';
import type { FlameTree } from './flameTree';

/** Label of the rows that stand for what was pruned below their parent. */
const otherLabel = 'other';

interface Labels {
  readonly names: readonly string[];
  readonly rootLabel: string;
}

/** A flame tree, and where its nodes went. */
export interface Layout {
  readonly rows: FlameTree;
  /** Row of each kept node. */
  readonly rowOfNode: Uint32Array;
  /** Row of the `other` below a kept node that lost children. */
  readonly remainderRows: ReadonlyMap<number, number>;
}

/**
 * Rows of the kept nodes in depth-first order, with an `other` row last among the children of a parent that lost some. Where a subtree begins follows from
 * the sizes of those before it.
 * @param kept 1 for nodes to keep, whose parents are kept; null for all
 */
export function layOutTree(tree: CallTree, kept: Uint8Array | null, { names, rootLabel }: Labels): Layout {
  const totals = tree.sumSubtrees(tree.self);
  const children = listChildren(tree, kept);
  sortChildren(children, tree, totals, names);
  const { sizes, remainders } = measureSubtrees(tree, totals, kept);
  const length = sizes[0] ?? 1;
  const level = new Uint32Array(length);
  const value = new Float64Array(length);
  const self = new Float64Array(length);
  const label = new Uint32Array(length);
  const row = new Uint32Array(tree.length);
  const remainderRows = new Map<number, number>();
  label[0] = names.length;
  for (let node = 0; node < tree.length; node++) {
    if (kept !== null && kept[node] !== 1) {
      continue;
    }
    const at = row[node] ?? 0;
    const below = (level[at] ?? 0) + 1;
    value[at] = totals[node] ?? 0;
    self[at] = tree.self[node] ?? 0;
    let next = at + 1;
    for (let index = children.start[node] ?? 0; index < (children.start[node + 1] ?? 0); index++) {
      const child = children.child[index] ?? 0;
      row[child] = next;
      level[next] = below;
      label[next] = tree.frame[child] ?? 0;
      next += sizes[child] ?? 0;
    }
    const remainder = remainders?.get(node);
    if (remainder !== undefined) {
      remainderRows.set(node, next);
      level[next] = below;
      label[next] = names.length + 1;
      value[next] = remainder;
      self[next] = remainder;
    }
  }
  const labels = [...names, rootLabel, otherLabel];
  const prunedNodes = tree.length - 1 - children.child.length;
  return { rows: { length, level, value, self, label, labels, prunedNodes }, rowOfNode: row, remainderRows };
}

/** Kept children of node n: child[start[n]] … child[start[n + 1] - 1]. */
interface Children {
  readonly start: Uint32Array;
  readonly child: Uint32Array;
}

function listChildren({ length, parent }: CallTree, kept: Uint8Array | null): Children {
  // While children are dealt out, start[n + 1] is where the next child of n goes; in the end it is where they end.
  const start = new Uint32Array(length + 2);
  for (let node = 1; node < length; node++) {
    if (kept === null || kept[node] === 1) {
      const after = (parent[node] ?? 0) + 2;
      start[after] = (start[after] ?? 0) + 1;
    }
  }
  for (let node = 0; node < length; node++) {
    start[node + 2] = (start[node + 2] ?? 0) + (start[node + 1] ?? 0);
  }
  const child = new Uint32Array(start[length + 1] ?? 0);
  for (let node = 1; node < length; node++) {
    if (kept === null || kept[node] === 1) {
      const next = (parent[node] ?? 0) + 1;
      const place = start[next] ?? 0;
      child[place] = node;
      start[next] = place + 1;
    }
  }
  return { start, child };
}

/** Families up to this size are sorted by insertion: most have a handful of children. */
const fewChildren = 16;

function sortChildren({ start, child }: Children, { length, frame }: CallTree, totals: Float64Array, names: readonly string[]): void {
  const nameOf = (node: number): string => names[frame[node] ?? 0] ?? '';
  const compare = (a: number, b: number): number => (totals[b] ?? 0) - (totals[a] ?? 0) || compareText(nameOf(a), nameOf(b));
  for (let node = 0; node < length; node++) {
    const first = start[node] ?? 0;
    const end = start[node + 1] ?? 0;
    if (end - first > fewChildren) {
      child.subarray(first, end).sort(compare);
      continue;
    }
    for (let index = first + 1; index < end; index++) {
      const moved = child[index] ?? 0;
      let place = index;
      while (place > first && compare(child[place - 1] ?? 0, moved) > 0) {
        child[place] = child[place - 1] ?? 0;
        place--;
      }
      child[place] = moved;
    }
  }
}

/** How many rows the subtree of each kept node takes, and the sum of the children that each lost; null where none was lost. */
interface Subtrees {
  readonly sizes: Uint32Array;
  readonly remainders: ReadonlyMap<number, number> | null;
}

function measureSubtrees({ length, parent }: CallTree, totals: Float64Array, kept: Uint8Array | null): Subtrees {
  const sizes = new Uint32Array(length).fill(1);
  const remainders = kept === null ? null : sumRemainders(parent, totals, kept);
  remainders?.forEach((_, node) => {
    sizes[node] = 2;
  });
  for (let node = length - 1; node > 0; node--) {
    if (kept === null || kept[node] === 1) {
      const above = parent[node] ?? 0;
      sizes[above] = (sizes[above] ?? 0) + (sizes[node] ?? 0);
    }
  }
  return { sizes, remainders };
}

/** Sum of the children that each kept parent lost. */
function sumRemainders(parent: Uint32Array, totals: Float64Array, kept: Uint8Array): Map<number, number> {
  const remainders = new Map<number, number>();
  for (let node = 1; node < kept.length; node++) {
    const above = parent[node] ?? 0;
    if (kept[node] !== 1 && kept[above] === 1) {
      remainders.set(above, (remainders.get(above) ?? 0) + (totals[node] ?? 0));
    }
  }
  return remainders;
}
