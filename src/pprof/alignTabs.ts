/**
 * Aligns text in columns as Go's text/tabwriter does with AlignRight and a padding of one: cells end with a tab, the cells of a column in lines that
 * follow each other get the width of the widest, and what stands after the last tab of a line is in no column.
 */
export function alignTabs(text: string): string {
  const lines = text.split(/[\n\f]/).map((line) => line.split(/[\t\v]/));
  const widths = lines.map((cells) => new Array<number>(cells.length - 1).fill(0));
  const columns = widths.reduce((most, { length }) => Math.max(most, length), 0);
  for (let column = 0; column < columns; column++) {
    for (let first = 0; first < lines.length; first++) {
      let end = first;
      let width = 0;
      for (; column < (widths[end]?.length ?? 0); end++) {
        width = Math.max(width, characterCount(lines[end]?.[column] ?? '') + 1);
      }
      for (; first < end; first++) {
        (widths[first] ?? [])[column] = width;
      }
    }
  }
  return lines.map((cells, line) => cells.map((cell, column) => padStart(cell, widths[line]?.[column] ?? 0)).join('')).join('\n');
}

/** Pads with spaces to a number of characters, counted as Unicode code points as Go does. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - characterCount(text))) + text;
}

function characterCount(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
