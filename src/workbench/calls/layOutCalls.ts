import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel, type Point } from '@dagrejs/dagre';

/** Functions by number, and who calls whom, each pair once. */
export interface CallShape {
  readonly functionCount: number;
  readonly calls: readonly Call[];
}

export interface Call {
  readonly caller: number;
  readonly callee: number;
  /** Heavy calls, which are drawn thick, are short and straight. */
  readonly thickness: number;
}

/** Where a graph of calls is drawn, in pixels. */
export interface CallLayout {
  readonly width: number;
  readonly height: number;
  /** The middle of each function's box. */
  readonly functions: readonly Readonly<Point>[];
  /** Each call as a line from caller to callee. */
  readonly calls: readonly (readonly Readonly<Point>[])[];
}

/** Of a function, in pixels. */
export const boxWidth = 184;
export const boxHeight = 52;

const weightOfThickness = 3;

/** Lays a graph of calls out in rows, callers above what they call. That of a hundred functions takes half a second: not for the page's own thread. */
export function layOutCalls({ functionCount, calls }: CallShape): CallLayout {
  const graph: Graph<GraphLabel, NodeLabel, EdgeLabel> = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 16, edgesep: 8, ranksep: 36, marginx: 4, marginy: 4 });
  const functions = Array.from({ length: functionCount }, (_, row): NodeLabel => ({
    label: String(row),
    width: boxWidth,
    height: boxHeight,
  }));
  functions.forEach((box, row) => graph.setNode(String(row), box));
  const lines = calls.map(({ thickness }): EdgeLabel => ({ weight: Math.ceil(thickness * weightOfThickness) }));
  calls.forEach(({ caller, callee }, n) => graph.setEdge(String(caller), String(callee), lines[n]));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    functions: functions.map(({ x = 0, y = 0 }) => ({ x, y })),
    calls: lines.map(({ points = [] }) => points.map(({ x, y }) => ({ x, y }))),
  };
}
