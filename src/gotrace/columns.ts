/** A column that grows with its table. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The column itself where `length` entries fit, else a larger copy of it. */
export function growFor<Grown extends Column>(column: Grown, length: number): Grown {
  if (length <= column.length) {
    return column;
  }
  const grown = new (column.constructor as new (length: number) => Grown)(Math.max(length, column.length * 2));
  grown.set(column);
  return grown;
}
