import { css } from '@emotion/css';
import { type DataFrame, type Field, FieldType, type GrafanaTheme2 } from '@grafana/data';
import { type Column, InteractiveTable, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';

import { Figure } from './DataTable';
import { drawnInSight } from './drawnInSight';
import { formatCell } from './formatCell';
import { useKept } from './useKept';

interface FrameRow {
  readonly row: number;
  /** What the columns show, in their order. */
  readonly fields: readonly Field[];
  readonly [column: string]: unknown;
}

const pageSize = 20;

/** Any frame as a table: a column for each field that is one value a row, formatted by its unit. */
export function FrameTable({ frame }: { readonly frame: DataFrame }) {
  const styles = useStyles2(getStyles);
  const fields = useMemo(() => frame.fields.filter(({ type }) => type !== FieldType.other), [frame]);
  // Other columns are a table that is rendered anew, twice; most frames that follow one another have the same.
  const shown = useKept(fields, haveSameColumns);
  const columns = useMemo(() => shown.map(columnOf), [shown]);
  const rows = useMemo(() => rowsOf(frame.length, fields), [frame, fields]);
  // A table that is told of pages renders itself once more for them.
  const pages = rows.length > pageSize ? pageSize : 0;
  return (
    <div role="group" aria-label={frame.name ?? 'rows'} className={styles.frame}>
      {useMemo(
        () => (
          <InteractiveTable key={pages} className={styles.table} columns={columns} data={rows} getRowId={rowId} pageSize={pages} />
        ),
        [styles, columns, rows, pages],
      )}
    </div>
  );
}

const rowId = ({ row }: FrameRow) => String(row);

function rowsOf(length: number, fields: readonly Field[]): FrameRow[] {
  return Array.from({ length }, (_, row) => ({
    ...Object.fromEntries(fields.map(({ name, values }) => [name, values[row]])),
    row,
    fields,
  }));
}

function haveSameColumns(some: readonly Field[], others: readonly Field[]): boolean {
  return (
    some.length === others.length &&
    some.every((field, n) => field.name === others[n]?.name && field.type === others[n].type && titleOf(field) === titleOf(others[n]))
  );
}

function titleOf({ name, config }: Field): string {
  return config.displayName ?? name;
}

function columnOf(field: Field, n: number): Column<FrameRow> {
  const isNumber = field.type === FieldType.number;
  return {
    id: field.name,
    header: titleOf(field),
    sortType: isNumber || field.type === FieldType.time ? 'number' : 'alphanumeric',
    cell: ({ row: { original } }) => {
      const shown = original.fields[n];
      const text = shown === undefined ? '' : formatCell(shown, original.row);
      return isNumber ? <Figure>{text}</Figure> : <span title={text}>{text}</span>;
    },
  };
}

function getStyles(theme: GrafanaTheme2) {
  return {
    frame: css({ minWidth: 0, overflowX: 'auto', marginBottom: theme.spacing(1), ...drawnInSight(400) }),
    table: css({
      fontSize: theme.typography.bodySmall.fontSize,
      '& td, & th, & th > button': { padding: theme.spacing(0.5, 1), fontSize: theme.typography.bodySmall.fontSize },
      '& td': { maxWidth: 520, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
    }),
  };
}
