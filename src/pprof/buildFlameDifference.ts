import { type FlameTreeOptions, keptNodes } from './buildFlameTree';
import { CallTree } from './callTree';
import type { FlameTree, WeightedStacks } from './flameTree';
import { type Layout, layOutTree } from './layOutTree';

/** What one side weighs in the rows of a difference. */
export interface FlameSide {
  /** Inclusive. */
  readonly value: Float64Array;
  /** Exclusive. */
  readonly self: Float64Array;
}

/** Two flame trees in the same rows. `tree` has the sums of both sides. */
export interface FlameDifference {
  readonly tree: FlameTree;
  readonly before: FlameSide;
  readonly after: FlameSide;
}

/** Merges the stacks of two captures into one tree, by the names of frames; ordered and pruned as `buildFlameTree` does by the weight of both together. */
export function buildFlameDifference(
  before: WeightedStacks,
  after: WeightedStacks,
  { maxNodes, rootLabel = 'total' }: FlameTreeOptions,
): FlameDifference {
  const stacks = joinStacks(before, after);
  const nodeOfStack = new Uint32Array(stacks.length);
  const tree = new CallTree(stacks, nodeOfStack);
  const kept = keptNodes(tree, maxNodes);
  const layout = layOutTree(tree, kept, { names: stacks.names, rootLabel });
  const side = ({ weight, length }: WeightedStacks, firstStack: number): FlameSide => {
    const self = new Float64Array(tree.length);
    for (let stack = 0; stack < length; stack++) {
      const node = nodeOfStack[firstStack + stack] ?? 0;
      self[node] = (self[node] ?? 0) + (weight[stack] ?? 0);
    }
    return layOutSide(tree, kept, layout, self);
  };
  return { tree: layout.rows, before: side(before, 0), after: side(after, before.length) };
}

function layOutSide(tree: CallTree, kept: Uint8Array | null, { rows, rowOfNode, remainderRows }: Layout, own: Float64Array): FlameSide {
  const totals = tree.sumSubtrees(own);
  const value = new Float64Array(rows.length);
  const self = new Float64Array(rows.length);
  const add = (row: number, total: number, ofItself: number) => {
    value[row] = (value[row] ?? 0) + total;
    self[row] = (self[row] ?? 0) + ofItself;
  };
  for (let node = 0; node < tree.length; node++) {
    const total = totals[node] ?? 0;
    if (kept === null || kept[node] === 1) {
      add(rowOfNode[node] ?? 0, total, own[node] ?? 0);
      continue;
    }
    // Of what was pruned only the uppermost node counts: its total holds the others.
    const remainder = kept[tree.parent[node] ?? 0] === 1 ? remainderRows.get(tree.parent[node] ?? 0) : undefined;
    if (remainder !== undefined) {
      add(remainder, total, total);
    }
  }
  return { value, self };
}

/** The stacks of both, one after the other, with frames by one table of names and weights without sign. */
function joinStacks(before: WeightedStacks, after: WeightedStacks): WeightedStacks {
  const names = [...before.names];
  const positions = new Map(names.map((name, position) => [name, position]));
  const positionOfAfter = Uint32Array.from(after.names, (name) => {
    const known = positions.get(name);
    if (known !== undefined) {
      return known;
    }
    positions.set(name, names.length);
    return names.push(name) - 1;
  });
  const framesBefore = before.frameStart[before.length] ?? 0;
  const framesAfter = after.frameStart[after.length] ?? 0;
  const frame = new Uint32Array(framesBefore + framesAfter);
  frame.set(before.frame.subarray(0, framesBefore));
  for (let index = 0; index < framesAfter; index++) {
    frame[framesBefore + index] = positionOfAfter[after.frame[index] ?? 0] ?? 0;
  }
  const length = before.length + after.length;
  const frameStart = new Uint32Array(length + 1);
  frameStart.set(before.frameStart.subarray(0, before.length + 1));
  for (let stack = 0; stack <= after.length; stack++) {
    frameStart[before.length + stack] = framesBefore + (after.frameStart[stack] ?? 0);
  }
  const weight = new Float64Array(length);
  weight.set(before.weight.subarray(0, before.length).map(Math.abs));
  weight.set(after.weight.subarray(0, after.length).map(Math.abs), before.length);
  return { length, weight, frameStart, frame, names };
}
