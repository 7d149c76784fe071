import { orderBy, valuesAt } from './intervals';

type Column = Uint8Array | Int8Array | Int32Array | Uint32Array | Float64Array;

/** Columns of one table: all of one length, row k of each belongs to the same thing. */
export type Columns = Readonly<Record<string, Column>>;

/** The same values in a column of another length, zero behind them. */
export function resized<C extends Column>(column: C, length: number): C;
export function resized(column: Column, length: number): Column {
  const copy = emptyLike(column, length);
  copy.set(column.length > length ? column.subarray(0, length) : column);
  return copy;
}

/** The same values in columns of another length. */
export function resizeColumns<C extends Columns>(columns: C, length: number): C {
  return mapColumns(columns, (column) => resized(column, length));
}

/** The same values in columns of twice the length. */
export function growColumns<C extends Columns>(columns: C): C {
  return mapColumns(columns, (column) => resized(column, column.length * 2));
}

/** The values at these rows, in their order. */
export function pickRows<C extends Columns>(columns: C, rows: Uint32Array): C {
  return mapColumns(columns, (column) => {
    const picked = emptyLike(column, rows.length);
    for (let i = 0; i < rows.length; i++) {
      picked[i] = column[rows[i] ?? 0] ?? 0;
    }
    return picked;
  });
}

/** Lists of one length as columns, their rows in order of start. */
export function sortedByStart<Name extends string>(
  lists: Readonly<Record<Name | 'startNs', readonly number[]>>,
): Record<Name | 'startNs', Float64Array> {
  const order = orderBy(lists.startNs);
  const sorted: Record<string, Float64Array> = {};
  for (const [name, list] of Object.entries<readonly number[]>(lists)) {
    sorted[name] = valuesAt(list, order);
  }
  return sorted as Record<Name | 'startNs', Float64Array>;
}

/**
 * Rows in order of their start. What collectors find in order of time is in that order already, but for what began with the trace and was noticed later:
 * that comes first, in its own order.
 */
export function cutFirst(startNs: Float64Array, length: number, traceStartNs: number): Uint32Array {
  const order = new Uint32Array(length);
  let next = 0;
  for (const wanted of [true, false]) {
    for (let row = 0; row < length; row++) {
      if ((startNs[row] === traceStartNs) === wanted) {
        order[next++] = row;
      }
    }
  }
  return order;
}

/** Each column becomes one of its own type. */
function mapColumns<C extends Columns>(columns: C, change: (column: Column) => Column): C {
  const changed: Record<string, Column> = { ...columns };
  for (const [name, column] of Object.entries(columns)) {
    changed[name] = change(column);
  }
  return changed as C;
}

function emptyLike(column: Column, length: number): Column {
  if (column instanceof Float64Array) {
    return new Float64Array(length);
  }
  if (column instanceof Uint32Array) {
    return new Uint32Array(length);
  }
  if (column instanceof Int32Array) {
    return new Int32Array(length);
  }
  return column instanceof Int8Array ? new Int8Array(length) : new Uint8Array(length);
}
