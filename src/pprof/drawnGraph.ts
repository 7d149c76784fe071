import { buildCallGraph, type Call, type CallGraph, type CallGraphOptions } from './callGraph';
import { compareCodePoints } from './compareCodePoints';
import { type FrameNames, type Granularity, nameFrames } from './frameNames';
import { absInt64, addInt64, compareDescending, type Int64, truncateToInt64 } from './int64';
import type { Profile } from './profile';
import { countTags } from './sampleTags';
import { totalValue } from './sampleValues';

/** What of a profile is drawn as a graph of calls. */
export interface DrawnGraphOptions {
  readonly sampleType: number;
  readonly sampleFilter?: Uint8Array;
  readonly granularity?: Granularity;
  /** Nodes whose cumulative share is smaller are left out; 0.005 when absent, as pprof does. */
  readonly nodeFraction?: number;
  /** Calls whose share is smaller are left out; 0.001 when absent. */
  readonly edgeFraction?: number;
  /** Most nodes; 80 when absent. */
  readonly nodeCount?: number;
}

/** A graph of calls, pruned so that it can be drawn. */
export interface DrawnGraph {
  /** Those that say most about the flow first. */
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  /** What percentages refer to. */
  readonly total: number;
  readonly droppedNodes: number;
  readonly droppedEdges: number;
  /** Nodes that there would be without `nodeCount`. */
  readonly candidateNodes: number;
}

export interface DrawnNode {
  readonly name: string;
  readonly flat: number;
  readonly cum: number;
}

/** Calls from one node to another: positions in `nodes`. Never from a node to itself. */
export interface DrawnEdge {
  readonly caller: number;
  readonly callee: number;
  readonly weight: number;
  /** Whether all of the calls were inlined. */
  readonly isInline: boolean;
  /** Whether some of the calls go over functions that are not drawn. */
  readonly isResidual: boolean;
}

/**
 * The graph that `go tool pprof -dot` draws: the same nodes, edges and numbers (google/pprof internal/report, newTrimmedGraph in visual mode; internal/graph,
 * EntropyOrder, RemoveRedundantEdges).
 */
export function drawGraph(profile: Profile, options: DrawnGraphOptions): DrawnGraph {
  const { granularity = 'functions', nodeFraction = 0.005, edgeFraction = 0.001, nodeCount = 80 } = options;
  const frames = nameFrames(profile, { granularity, trimsPaths: true });
  const build = (kept?: readonly number[]) => new VisualGraph(profile, frames, options, kept);
  let graph = build();
  const all = graph.frames;
  const flatSum = Number(all.map((frame) => graph.calls.flat[frame] ?? 0).reduce<Int64>(addInt64, 0));
  const [nodeCutoff, edgeCutoff] = [nodeFraction, edgeFraction].map((fraction) => absInt64(truncateToInt64(flatSum * fraction))) as [
    Int64,
    Int64,
  ];
  const frequent = all.filter((frame) => absInt64(graph.calls.cum[frame] ?? 0) >= nodeCutoff);
  if (nodeCutoff > 0 && frequent.length < all.length) {
    graph = build(frequent);
  }
  const candidateNodes = graph.frames.length;
  if (nodeCount > 0) {
    // In the order in which the official tool does it: nodes are ranked with all their edges.
    const ranked = graph.rank();
    const tags = nodeCount < 5 * ranked.length ? countTags(profile, frames, graph.options, nodeCutoff) : new Uint32Array();
    const chosen = ranked.slice(0, countChosen(ranked, tags, nodeCount));
    if (chosen.length < ranked.length) {
      graph = build(chosen);
    }
  }
  const ranked = graph.rank();
  const droppedEdges = graph.trimEdges(edgeCutoff);
  graph.removeRedundantEdges(ranked);
  const position = new Map(ranked.map((frame, row) => [frame, row]));
  return {
    nodes: ranked.map((frame) => ({
      name: frames.names[frame] ?? '',
      flat: Number(graph.calls.flat[frame] ?? 0),
      cum: Number(graph.calls.cum[frame] ?? 0),
    })),
    edges: graph.edges().map(({ caller, callee, weight, isInline, isResidual }) => ({
      caller: position.get(caller) ?? -1,
      callee: position.get(callee) ?? -1,
      weight: Number(weight),
      isInline,
      isResidual,
    })),
    total: Number(totalValue(profile, options.sampleType)),
    droppedNodes: all.length - frequent.length,
    droppedEdges,
    candidateNodes,
  };
}

/** A drawn node has at most this many boxes for its labels. */
const mostTags = 4;

/** How many of the ranked nodes are drawn, if their labels are drawn too. */
function countChosen(ranked: readonly number[], tags: Uint32Array, nodeCount: number): number {
  let count = 0;
  for (const [row, frame] of ranked.entries()) {
    count += Math.min(tags[frame] ?? 0, mostTags) + 1;
    if (count >= nodeCount) {
      return row + 1;
    }
  }
  return Math.min(nodeCount, ranked.length);
}

/** A graph with the edges of each node. */
class VisualGraph {
  readonly calls: CallGraph;
  readonly frames: readonly number[];
  readonly options: CallGraphOptions;
  private readonly into = new Map<number, Map<number, Call>>();
  private readonly outOf = new Map<number, Map<number, Call>>();

  constructor(
    profile: Profile,
    private readonly names: FrameNames,
    { sampleType, sampleFilter }: DrawnGraphOptions,
    kept?: readonly number[],
  ) {
    const marks = new Uint8Array(names.names.length).fill(kept === undefined ? 1 : 0);
    kept?.forEach((frame) => (marks[frame] = 1));
    this.options = { sampleType, kept: marks, ...(sampleFilter === undefined ? {} : { sampleFilter }) };
    this.calls = buildCallGraph(profile, names, this.options);
    const { flat, cum } = this.calls;
    this.frames = Array.from(flat.keys()).filter((frame) => flat[frame] !== 0 || cum[frame] !== 0);
    const used = new Set(this.frames);
    for (const call of this.calls.calls.values()) {
      if (used.has(call.caller) && used.has(call.callee)) {
        edgesOf(this.into, call.callee).set(call.caller, call);
        edgesOf(this.outOf, call.caller).set(call.callee, call);
      }
    }
  }

  edges(): Call[] {
    return [...this.into.values()].flatMap((calls) => [...calls.values()]);
  }

  /** Frames by how much they say about the flow, most first. */
  rank(): number[] {
    const { flat } = this.calls;
    const score = new Map(this.frames.map((frame) => [frame, this.entropyScore(frame)]));
    const nameOf = (frame: number) => this.names.names[frame] ?? '';
    return [...this.frames].sort(
      (a, b) =>
        (score.get(b) ?? 0) - (score.get(a) ?? 0) ||
        compareCodePoints(nameOf(a), nameOf(b)) ||
        compareDescending(absInt64(flat[a] ?? 0), absInt64(flat[b] ?? 0)),
    );
  }

  /** Drops edges below a weight; how many. */
  trimEdges(cutoff: Int64): number {
    const small = this.edges().filter(({ weight }) => absInt64(weight) < cutoff);
    small.forEach((call) => {
      this.remove(call);
    });
    return small.length;
  }

  /** Drops edges over nodes that are not drawn, where another way leads from their start to their end. */
  removeRedundantEdges(ranked: readonly number[]): void {
    for (const frame of [...ranked].reverse()) {
      const byWeight = [...(this.into.get(frame)?.values() ?? [])].sort(
        (a, b) =>
          compareDescending(absInt64(a.weight), absInt64(b.weight)) ||
          compareCodePoints(this.names.names[a.caller] ?? '', this.names.names[b.caller] ?? ''),
      );
      for (const call of byWeight.reverse()) {
        // Edges heavier than one that is none over others stay, so that nobody is misled.
        if (!call.isResidual) {
          break;
        }
        if (this.isRedundant(call)) {
          this.remove(call);
        }
      }
    }
  }

  private isRedundant(call: Call): boolean {
    const seen = new Set([call.callee]);
    const queue = [call.callee];
    for (const frame of queue) {
      for (const into of this.into.get(frame)?.values() ?? []) {
        if (into === call || seen.has(into.caller)) {
          continue;
        }
        if (into.caller === call.caller) {
          return true;
        }
        seen.add(into.caller);
        queue.push(into.caller);
      }
    }
    return false;
  }

  private remove({ caller, callee }: Call): void {
    this.into.get(callee)?.delete(caller);
    this.outOf.get(caller)?.delete(callee);
  }

  private entropyScore(frame: number): number {
    const { flat, cum } = this.calls;
    const own = Number(flat[frame] ?? 0);
    const score = this.edgeScore(this.into.get(frame), 0) + this.edgeScore(this.outOf.get(frame), own);
    const rank = Math.abs(Math.trunc(score * Number(cum[frame] ?? 0)) + own);
    // Calls of weight 0 have no score; there the official tool ranks the frame last.
    return Number.isNaN(rank) ? -1 : rank;
  }

  /** Nodes without edges on one side, where stacks begin or end, count 1. */
  private edgeScore(edges: ReadonlyMap<number, Call> | undefined, own: number): number {
    if (edges === undefined || edges.size === 0) {
      return 1;
    }
    const weights = Array.from(edges.values(), ({ weight }) => Number(weight));
    const total = weights.reduce((sum, weight) => (weight > 0 ? sum + weight : sum), own);
    if (total === 0) {
      return 0;
    }
    return [...weights, ...(own > 0 ? [own] : [])].reduce((score, weight) => {
      const share = Math.abs(weight) / total;
      return score - share * Math.log2(share);
    }, 0);
  }
}

function edgesOf(edges: Map<number, Map<number, Call>>, frame: number): Map<number, Call> {
  const known = edges.get(frame) ?? new Map<number, Call>();
  edges.set(frame, known);
  return known;
}
