/** A column of 64-bit addresses that grows as rows come. */
export class AddressColumn {
  length = 0;
  private rows = new BigUint64Array(256);

  push(address: bigint): void {
    if (this.length === this.rows.length) {
      const larger = new BigUint64Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows[this.length++] = address;
  }

  /** The address of a row below `length`. */
  at(row: number): bigint {
    return this.rows[row] ?? 0n;
  }

  /** A copy of the filled rows. */
  take(): BigUint64Array {
    return this.rows.slice(0, this.length);
  }
}
