/** Values of few rows, in order of their rows. */
export class SparseColumn<Value> {
  private readonly rows: number[] = [];
  private readonly values: Value[] = [];

  /** @param row a later one than all before */
  set(row: number, value: Value): void {
    this.rows.push(row);
    this.values.push(value);
  }

  get(row: number): Value | undefined {
    const { rows } = this;
    let from = 0;
    let to = rows.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((rows[middle] ?? 0) < row) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return rows[from] === row ? this.values[from] : undefined;
  }
}
