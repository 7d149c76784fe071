import type { Notice } from '../base';
import type { Field } from './frame';
import { type FieldConfig, type FrameDraft, numberField, stringField } from './makeFrame';

/** Columns of a table by what each shows of a row. Each has a title: without one Grafana puts the frame's name before names that another frame has, too. */
export class TableColumns<Row> {
  readonly fields: Field[] = [];

  constructor(private readonly rows: readonly Row[]) {}

  number(name: string, valueOf: (row: Row) => number | null, config: FieldConfig): this {
    this.fields.push(numberField(name, this.rows.map(valueOf), { displayName: name, ...config }));
    return this;
  }

  text(name: string, valueOf: (row: Row) => string | null, config: FieldConfig): this {
    this.fields.push(stringField(name, this.rows.map(valueOf), { displayName: name, ...config }));
    return this;
  }

  /** A share as a bar from 0 to 100 %. */
  share(name: string, valueOf: (row: Row) => number | null, config: FieldConfig): this {
    return this.number(name, valueOf, {
      unit: 'percentunit',
      decimals: 1,
      min: 0,
      max: 1,
      custom: { cellOptions: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } },
      ...config,
    });
  }

  draft(name: string, notices: readonly Notice[] = [], custom?: Readonly<Record<string, unknown>>): FrameDraft {
    return {
      name,
      meta: { preferredVisualisationType: 'table', ...(custom === undefined ? {} : { custom: { ...custom } }) },
      notices,
      fields: this.fields,
    };
  }
}

/** The first rows of a table, with a notice of how many there are more. */
export function firstRows<Row>(rows: readonly Row[], limit: number, what: string): { shown: readonly Row[]; notices: Notice[] } {
  const shown = rows.slice(0, limit);
  return {
    shown,
    notices:
      shown.length === rows.length ? [] : [{ severity: 'info', text: `The first ${shown.length} of ${rows.length} ${what} are shown.` }],
  };
}
