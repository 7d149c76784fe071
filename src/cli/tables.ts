import Table from 'cli-table3';

/** Rows shown of tables for people; the JSON has all. */
export const shownRows = 15;

/** A table for people, cut to what a screen shows. */
export function table(title: string, head: string[], rows: readonly (string | number)[][]): string {
  if (rows.length === 0) {
    return `\n${title}: none`;
  }
  const drawn = new Table({ head, style: { head: [], border: [], compact: true } });
  drawn.push(...rows.slice(0, shownRows));
  const more = rows.length > shownRows ? `\n… and ${rows.length - shownRows} more (--format json has all)` : '';
  return `\n${title}\n${drawn.toString()}${more}`;
}

export function milliseconds(timeNs: number): string {
  return (timeNs / 1e6).toFixed(3);
}
