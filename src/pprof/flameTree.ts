/**
 * A flame tree as a nested set: rows in depth-first order, exactly one root (level 0). Shared by profiles and by stacks of traces.
 */
export interface FlameTree {
  readonly length: number;
  readonly level: Uint32Array;
  /** Inclusive. */
  readonly value: Float64Array;
  /** Exclusive. */
  readonly self: Float64Array;
  /** Index into `labels`. */
  readonly label: Uint32Array;
  readonly labels: readonly string[];
  /** How many nodes were pruned into `other` remainders. */
  readonly prunedNodes: number;
}

/** What a flame tree is built from: weighted stacks of frame names, root last, so that profiles and traces share one builder. */
export interface WeightedStacks {
  readonly length: number;
  readonly weight: Float64Array;
  /** Frames of stack s, leaf first: frame[frameStart[s]] … ; indexes into names. */
  readonly frameStart: Uint32Array;
  readonly frame: Uint32Array;
  readonly names: readonly string[];
}
