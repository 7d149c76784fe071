/** Every row of a table as an object: for what is wanted whole. */
export function listOf<Row>(table: { readonly length: number; at(row: number): Row | undefined }): Row[] {
  const rows: Row[] = [];
  for (let row = 0; row < table.length; row++) {
    const found = table.at(row);
    if (found !== undefined) {
      rows.push(found);
    }
  }
  return rows;
}
