import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useMemo, useState } from 'react';

import { findingKindNames, severityNames } from '../frames';
import { type FindingRow, findingRows } from './findingRows';

interface Props {
  readonly frame: DataFrame;
  /** Shows a sample type in the flame graph. */
  readonly onSampleType: (sampleType: string) => void;
}

const names: Readonly<Record<string, string>> = severityNames;
const kinds: Readonly<Record<string, string>> = findingKindNames;

/** So many are shown at first: what is below must stay in sight. */
const shownAtFirst = 3;

/** Findings, gravest first, each of which opens to what is seen, how sure it is and what to do. */
export function FindingList({ frame, onSampleType }: Props) {
  const styles = useStyles2(getStyles);
  const rows = useMemo(() => findingRows(frame), [frame]);
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? rows : rows.slice(0, shownAtFirst);
  return (
    <>
      <Findings rows={shown} onSampleType={onSampleType} />
      {rows.length > shownAtFirst && (
        <Button
          size="sm"
          variant="secondary"
          fill="text"
          className={styles.more}
          aria-expanded={showsAll}
          onClick={() => {
            setShowsAll(!showsAll);
          }}
        >
          {showsAll ? 'Show only the gravest' : `Show all ${rows.length} findings`}
        </Button>
      )}
    </>
  );
}

function Findings({ rows, onSampleType }: { readonly rows: readonly FindingRow[]; readonly onSampleType: Props['onSampleType'] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list}>
      {rows.map((row) => (
        <li key={row.id} className={styles.item}>
          <details>
            <summary className={styles.summary}>
              <span className={styles.severity} data-severity={row.severity}>
                {names[row.severity] ?? row.severity}
              </span>
              <span className={styles.title}>{row.title}</span>
              <span className={styles.kind}>{kinds[row.kind] ?? row.kind}</span>
            </summary>
            <Finding row={row} onSampleType={onSampleType} />
          </details>
        </li>
      ))}
    </ul>
  );
}

function Finding({ row, onSampleType }: { readonly row: FindingRow; readonly onSampleType: Props['onSampleType'] }) {
  const styles = useStyles2(getStyles);
  const isFlame = row.view === 'flame' && row.sampleType !== '';
  return (
    <div className={styles.body}>
      <p>{row.text}</p>
      {row.sure !== '' && (
        <p className={styles.soft}>
          Sure: {row.sure}, {row.basis}.
        </p>
      )}
      {row.remedy !== '' && <p>{row.remedy}</p>}
      {row.go !== '' && <pre className={styles.go}>{row.go}</pre>}
      {isFlame && (
        <Button
          size="sm"
          variant="secondary"
          fill="outline"
          className={styles.show}
          onClick={() => {
            onSampleType(row.sampleType);
          }}
        >
          {row.shows}: show in the flame graph
        </Button>
      )}
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  const tone = (name: string) => theme.visualization.getColorByName(name);
  return {
    list: css({ listStyle: 'none', margin: 0, padding: 0 }),
    more: css({ marginTop: theme.spacing(0.5) }),
    item: css({ borderTop: `1px solid ${theme.colors.border.weak}`, '&:first-child': { borderTop: 'none' } }),
    summary: css({
      display: 'grid',
      gridTemplateColumns: '110px minmax(0, 1fr) auto',
      gap: theme.spacing(1.5),
      alignItems: 'baseline',
      padding: theme.spacing(0.75, 0.5),
      cursor: 'pointer',
      '&:hover': { background: theme.colors.action.hover },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
    }),
    severity: css({
      fontWeight: theme.typography.fontWeightMedium,
      '&::before': {
        content: '""',
        display: 'inline-block',
        width: 8,
        height: 8,
        borderRadius: 4,
        marginRight: 8,
        background: tone('blue'),
        forcedColorAdjust: 'none',
      },
      '&[data-severity="critical"]::before, &[data-severity="high"]::before': { background: tone('red') },
      '&[data-severity="medium"]::before': { background: tone('orange') },
      '&[data-severity="low"]::before': { background: tone('yellow') },
      '&[data-severity="none"]::before': { background: tone('green') },
    }),
    title: css({ overflowWrap: 'anywhere' }),
    kind: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    body: css({
      padding: theme.spacing(0.5, 0.5, 1.5),
      maxWidth: '115ch',
      overflowWrap: 'anywhere',
      '& > p': { margin: theme.spacing(0, 0, 1) },
    }),
    soft: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    // Long ones wrap on narrow pages.
    show: css({ maxWidth: '100%', height: 'auto', minHeight: theme.spacing(3), '& span': { whiteSpace: 'normal', textAlign: 'left' } }),
    go: css({
      fontSize: theme.typography.bodySmall.fontSize,
      tabSize: 4,
      margin: theme.spacing(0, 0, 1),
      whiteSpace: 'pre',
      overflowX: 'auto',
    }),
  };
}
