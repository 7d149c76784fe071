import { css } from '@emotion/css';
import { type DataFrame, type Field, FieldType, type GrafanaTheme2, dateTimeFormat, getValueFormat } from '@grafana/data';
import { type Column, InteractiveTable, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';

import { Figure } from './DataTable';

interface FrameRow {
  readonly row: number;
  readonly [column: string]: unknown;
}

/** Any frame as a table: a column for each field that is one value a row, formatted by its unit. */
export function FrameTable({ frame }: { readonly frame: DataFrame }) {
  const styles = useStyles2(getStyles);
  const fields = useMemo(() => frame.fields.filter(({ type }) => type !== FieldType.other), [frame]);
  const columns = useMemo(() => fields.map(columnOf), [fields]);
  const rows = useMemo(() => rowsOf(frame.length, fields), [frame, fields]);
  return (
    <div role="group" aria-label={frame.name ?? 'rows'} className={styles.frame}>
      <InteractiveTable className={styles.table} columns={columns} data={rows} getRowId={({ row }) => String(row)} pageSize={20} />
    </div>
  );
}

function rowsOf(length: number, fields: readonly Field[]): FrameRow[] {
  return Array.from({ length }, (_, row) => ({ row, ...Object.fromEntries(fields.map(({ name, values }) => [name, values[row]])) }));
}

function columnOf(field: Field): Column<FrameRow> {
  const isNumber = field.type === FieldType.number;
  return {
    id: field.name,
    header: field.config.displayName ?? field.name,
    sortType: isNumber || field.type === FieldType.time ? 'number' : 'alphanumeric',
    cell: ({ row: { original } }) => {
      const text = formatCell(field, original.row);
      return isNumber ? <Figure>{text}</Figure> : <span title={text}>{text}</span>;
    },
  };
}

function formatCell({ type, config, values, nanos }: Field, row: number): string {
  const value: unknown = values[row];
  if (value === null || value === undefined) {
    return '';
  }
  if (type === FieldType.time && typeof value === 'number') {
    const below = nanos?.[row];
    return `${dateTimeFormat(value, { format: 'HH:mm:ss.SSS' })}${below === undefined ? '' : ` ${String(below).padStart(6, '0')}`}`;
  }
  if (typeof value === 'number') {
    const { text, suffix, prefix } = getValueFormat(config.unit ?? 'none')(value, config.decimals);
    return `${prefix ?? ''}${text}${suffix ?? ''}`;
  }
  return String(value);
}

function getStyles(theme: GrafanaTheme2) {
  return {
    frame: css({ minWidth: 0, overflowX: 'auto', marginBottom: theme.spacing(1) }),
    table: css({
      fontSize: theme.typography.bodySmall.fontSize,
      '& td, & th, & th > button': { padding: theme.spacing(0.5, 1), fontSize: theme.typography.bodySmall.fontSize },
      '& td': { maxWidth: 520, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
    }),
  };
}
