import type { DataFrame } from '@grafana/data';

/** A row of the view `findings`. */
export interface FindingRow {
  readonly id: string;
  readonly severity: string;
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly sure: string;
  readonly basis: string;
  readonly remedy: string;
  readonly go: string;
  readonly shows: string;
  readonly view: string;
  readonly sampleType: string;
}

/** The rows of the frame, gravest first as it has them. */
export function findingRows(frame: DataFrame): FindingRow[] {
  const textOf = (name: string, row: number): string => {
    const value: unknown = frame.fields.find((field) => field.name === name)?.values[row];
    return typeof value === 'string' ? value : '';
  };
  return Array.from({ length: frame.length }, (_, row) => ({
    id: `${row} ${textOf('rule', row)}`,
    severity: textOf('severity', row),
    kind: textOf('kind', row),
    title: textOf('title', row),
    text: textOf('text', row),
    sure: textOf('sure', row),
    basis: textOf('basis', row),
    remedy: textOf('remedy', row),
    go: textOf('go', row),
    shows: textOf('evidence', row),
    view: textOf('view', row),
    sampleType: textOf('sampleType', row),
  }));
}
