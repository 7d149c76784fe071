import type { DataFrame } from '@grafana/data';

import { numbersOf, textsOf } from './columns';

/** One class of a request's cost. */
export interface Cost {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Name of Grafana's palette. */
  readonly color: string;
  readonly isTax: boolean;
}

export interface RequestRow {
  readonly key: string;
  readonly type: string;
  /** As the view `request` takes it. */
  readonly request: string;
  readonly idSource: string;
  readonly durationNs: number;
  /** NaN when the trace does not hold its begin. */
  readonly gcTaxNs: number;
  readonly gcTaxShare: number;
  /** Nanoseconds of each of the frame's costs. */
  readonly costs: readonly number[];
  readonly isCut: boolean;
}

const taxNames = new Set(['stwGC', 'assistWait', 'assist', 'sweep', 'runnableInMark']);

/** The classes of cost that the view `requests` has columns for, in its order: the columns with a colour. */
export function costsOf(frame: DataFrame): readonly Cost[] {
  return frame.fields.flatMap(({ name, config }) =>
    config.color?.fixedColor === undefined
      ? []
      : [
          {
            name,
            title: config.displayName ?? name,
            description: config.description ?? '',
            color: config.color.fixedColor,
            isTax: taxNames.has(name),
          },
        ],
  );
}

/** Rows of the view `requests`. */
export function requestRows(frame: DataFrame): RequestRow[] {
  const costColumns = costsOf(frame).map(({ name }) => numbersOf(frame, name));
  const [types, requests, sources, tasks, states] = ['type', 'request', 'idSource', 'task', 'state'].map((name) => textsOf(frame, name));
  const [durations, taxes, shares] = ['durationNs', 'gcTax', 'gcTaxShare'].map((name) => numbersOf(frame, name));
  return Array.from({ length: frame.length }, (_, row) => ({
    key: tasks?.[row] ?? String(row),
    type: types?.[row] ?? '',
    request: requests?.[row] ?? '',
    idSource: sources?.[row] ?? '',
    durationNs: durations?.[row] ?? Number.NaN,
    gcTaxNs: taxes?.[row] ?? Number.NaN,
    gcTaxShare: shares?.[row] ?? Number.NaN,
    costs: costColumns.map((column) => column[row] ?? 0),
    isCut: states?.[row] === 'cut',
  }));
}
