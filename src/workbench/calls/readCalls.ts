import type { DataFrame } from '@grafana/data';

import { numbersOf, textsOf } from '../columns';
import { formatCell } from '../formatCell';

/** A function of a graph of calls. */
export interface DrawnFunction {
  /** With its package. */
  readonly name: string;
  readonly title: string;
  readonly package: string;
  /** What its samples weigh, with those of what it calls and without. */
  readonly cumulative: string;
  readonly flat: string;
  /** 0 to 1. */
  readonly cumulativeShare: number;
  readonly flatShare: number;
}

/** Calls from one function to another, by position. */
export interface DrawnCall {
  readonly caller: number;
  readonly callee: number;
  readonly weight: string;
  /** As drawn, 1 to 8. */
  readonly thickness: number;
  /** Inlined, over functions that are not drawn. */
  readonly how: string;
  readonly isDashed: boolean;
}

export interface DrawnCalls {
  readonly functions: readonly DrawnFunction[];
  /** Heaviest first. */
  readonly calls: readonly DrawnCall[];
}

/** The graph of calls that the frames `nodes` and `edges` of the view `callGraph` hold; undefined where they are not there. */
export function readCalls(frames: readonly DataFrame[]): DrawnCalls | undefined {
  const nodes = frames.find(({ name }) => name === 'nodes');
  const edges = frames.find(({ name }) => name === 'edges');
  return nodes === undefined || edges === undefined ? undefined : { functions: readFunctions(nodes), calls: readEdges(nodes, edges) };
}

function readFunctions(nodes: DataFrame): DrawnFunction[] {
  const [names, titles, packages] = [textsOf(nodes, 'detail__function'), textsOf(nodes, 'title'), textsOf(nodes, 'subtitle')];
  const [flat, below] = [numbersOf(nodes, 'arc__flat'), numbersOf(nodes, 'arc__below')];
  const [cumulative, own] = [shownOf(nodes, 'mainstat'), shownOf(nodes, 'secondarystat')];
  return names.map((name, row) => ({
    name,
    title: titles[row] ?? name,
    package: packages[row] ?? '',
    cumulative: cumulative(row),
    flat: own(row),
    flatShare: flat[row] ?? 0,
    cumulativeShare: (flat[row] ?? 0) + (below[row] ?? 0),
  }));
}

function readEdges(nodes: DataFrame, edges: DataFrame): DrawnCall[] {
  const rowOf = new Map(textsOf(nodes, 'id').map((id, row) => [id, row]));
  const [sources, targets] = [textsOf(edges, 'source'), textsOf(edges, 'target')];
  const [how, dashes, thickness] = [textsOf(edges, 'secondarystat'), textsOf(edges, 'strokedasharray'), numbersOf(edges, 'thickness')];
  const weight = shownOf(edges, 'mainstat');
  return sources.flatMap((source, row) => {
    const [caller, callee] = [rowOf.get(source), rowOf.get(targets[row] ?? '')];
    return caller === undefined || callee === undefined
      ? []
      : [
          {
            caller,
            callee,
            weight: weight(row),
            thickness: thickness[row] ?? 1,
            how: how[row] ?? '',
            isDashed: dashes[row] !== '',
          },
        ];
  });
}

function shownOf({ fields }: DataFrame, name: string): (row: number) => string {
  const field = fields.find((each) => each.name === name);
  return (row) => (field === undefined ? '' : formatCell(field, row));
}
