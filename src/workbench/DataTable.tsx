import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type Column, InteractiveTable, useStyles2 } from '@grafana/ui';
import { type ReactNode, createContext, use, useMemo } from 'react';

import { drawnInSight } from './drawnInSight';

interface Props<Row extends object> {
  readonly label: string;
  /** Must be memoized, as `rows`, `rowId` and `sortBy`. */
  readonly columns: Column<Row>[];
  readonly rows: Row[];
  readonly rowId: (row: Row) => string;
  readonly sortBy: { readonly id: string; readonly desc: boolean };
  readonly pageSize: number;
  /** The choice of the row that is open. */
  readonly selected: string | undefined;
  readonly onChoose: (choice: string) => void;
}

interface Choosing {
  readonly selected: string | undefined;
  readonly onChoose: (choice: string) => void;
}

/** Beside the columns: were it part of them, each choice would make new cells, and the focus would be lost with the old ones. */
const ChoosingContext = createContext<Choosing>({ selected: undefined, onChoose: () => undefined });

/** Grafana's table, dense, whose rows open what their {@link RowButton} opens. */
export function DataTable<Row extends object>({ label, columns, rows, rowId, sortBy, pageSize, selected, onChoose }: Props<Row>) {
  const styles = useStyles2(getStyles);
  const choosing = useMemo(() => ({ selected, onChoose }), [selected, onChoose]);
  // Hundreds of cells, of which a choice changes one: they are rendered again only for other rows.
  const table = useMemo(
    () => (
      <InteractiveTable
        className={styles.table}
        columns={columns}
        data={rows}
        getRowId={rowId}
        initialSortBy={[sortBy]}
        pageSize={pageSize}
        disableSortRemove
      />
    ),
    [styles, columns, rows, rowId, sortBy, pageSize],
  );
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
      <ChoosingContext value={choosing}>{table}</ChoosingContext>
    </div>
  );
}

interface RowButtonProps {
  /** What the table is told when this row is chosen. */
  readonly choice: string;
  readonly label: string;
  readonly children: ReactNode;
}

/** The first cell of a row: opens what the row stands for. */
export function RowButton({ choice, label, children }: RowButtonProps) {
  const styles = useStyles2(getStyles);
  const { selected, onChoose } = use(ChoosingContext);
  return (
    <button
      type="button"
      data-row
      aria-pressed={choice === selected}
      aria-label={label}
      className={styles.button}
      onClick={() => {
        onChoose(choice);
      }}
    >
      {children}
    </button>
  );
}

/** A figure, aligned with those above and below it. */
export function Figure({ children, muted = false }: { readonly children: ReactNode; readonly muted?: boolean }) {
  const styles = useStyles2(getStyles);
  return <span className={cx(styles.figure, muted && styles.muted)}>{children}</span>;
}

/** A text that gives way to the columns beside it; all of it shows on hover. */
export function Clipped({ children, title }: { readonly children: ReactNode; readonly title: string }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.clip} title={title}>
      <div className={styles.clipped}>{children}</div>
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    frame: css({ minWidth: 0, ...drawnInSight(400) }),
    table: css({
      fontSize: theme.typography.bodySmall.fontSize,
      '& td, & th, & th > button': { padding: theme.spacing(0.5, 1) },
      '& th > button': { paddingRight: theme.spacing(2.5) },
      // Between the first and the last column there are figures.
      '& th:not(:first-child):not(:last-child) > button': { textAlign: 'right' },
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
    // Out of the flow, so that a long text never widens its column.
    clip: css({ position: 'relative', minWidth: 230, height: '1.5em' }),
    clipped: css({ position: 'absolute', inset: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    muted: css({ color: theme.colors.text.secondary }),
  };
}
