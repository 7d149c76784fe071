/** A column that grows with its table. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array | BigInt64Array;

/** From so many entries on a column grows at once to what may be enough: what was never written takes no memory, and what is left behind is not collected at once. */
const largeLength = 2 ** 18;
const largeGrowth = 4;

/** The column itself where `length` entries fit, else a larger copy of it. */
export function growFor<Grown extends Column>(column: Grown, length: number): Grown {
  const factor = column.length < largeLength ? 2 : largeGrowth;
  return length <= column.length ? column : enlarged(column, Math.max(length, Math.ceil(column.length * factor)));
}

/** A copy of `length` entries, which are not fewer. */
export function enlarged<Grown extends Column>(column: Grown, length: number): Grown {
  const copy = new (column.constructor as new (length: number) => Grown)(length);
  new Uint8Array(copy.buffer).set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return copy;
}
