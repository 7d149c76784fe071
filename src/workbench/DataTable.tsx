import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type Column, InteractiveTable, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

interface Props<Row extends object> {
  readonly label: string;
  /** Must be memoized, as `rows`. */
  readonly columns: Column<Row>[];
  readonly rows: Row[];
  readonly rowId: (row: Row) => string;
  readonly sortBy: { readonly id: string; readonly desc: boolean };
  readonly pageSize: number;
}

/** Grafana's table, dense, whose rows open what their {@link RowButton} opens. */
export function DataTable<Row extends object>({ label, columns, rows, rowId, sortBy, pageSize }: Props<Row>) {
  const styles = useStyles2(getStyles);
  return (
    // The button in the row is what keyboards and screen readers use; a click beside it means the same.
    <div
      role="group"
      aria-label={label}
      className={styles.frame}
      onClick={({ target }) => {
        if (target instanceof Element && target.closest('button, a') === null && window.getSelection()?.isCollapsed !== false) {
          target.closest('tr')?.querySelector<HTMLButtonElement>('button[data-row]')?.click();
        }
      }}
    >
      <InteractiveTable
        className={styles.table}
        columns={columns}
        data={rows}
        getRowId={rowId}
        initialSortBy={[sortBy]}
        pageSize={pageSize}
        disableSortRemove
      />
    </div>
  );
}

interface RowButtonProps {
  readonly pressed: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly label?: string;
}

/** The first cell of a row: opens what the row stands for. */
export function RowButton({ pressed, onClick, children, label }: RowButtonProps) {
  const styles = useStyles2(getStyles);
  return (
    <button type="button" data-row aria-pressed={pressed} aria-label={label} className={styles.button} onClick={onClick}>
      {children}
    </button>
  );
}

/** A figure, aligned with those above and below it. */
export function Figure({ children, muted = false }: { readonly children: ReactNode; readonly muted?: boolean }) {
  const styles = useStyles2(getStyles);
  return <span className={cx(styles.figure, muted && styles.muted)}>{children}</span>;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    frame: css({ minWidth: 0 }),
    table: css({
      fontSize: theme.typography.bodySmall.fontSize,
      '& td, & th, & th > button': { padding: theme.spacing(0.5, 1) },
      '& th > button': { paddingRight: theme.spacing(2.5) },
      '& th span[aria-hidden]': { top: theme.spacing(0.5) },
      '& tbody tr': { cursor: 'pointer', height: theme.spacing(3.75) },
      '& tbody tr:focus-within': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
      '& tbody tr:has(button[aria-pressed="true"])': { background: theme.colors.action.selected },
    }),
    button: css({
      border: 0,
      padding: 0,
      background: 'none',
      color: theme.colors.text.link,
      textAlign: 'left',
      maxWidth: 260,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      outline: 'none',
    }),
    figure: css({ display: 'block', textAlign: 'right', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
    muted: css({ color: theme.colors.text.secondary }),
  };
}
