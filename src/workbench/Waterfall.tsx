import { css, cx } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { useMemo, useState } from 'react';

import { formatNs } from './format';
import { type TreeSpan, buildSpanTree } from './spanTree';

const nsPerMs = 1e6;
/** Above this the page would crawl; the spans after it are the shortest of the request's siblings. */
const maxRows = 2000;

const narrow = '@container (max-width: 620px)';

/** Spans as rows over one time axis; a row opens to show its attributes and stack. */
export function Waterfall({ frame }: { readonly frame: DataFrame }) {
  const styles = useStyles2(getStyles);
  const spans = useMemo(() => buildSpanTree(frame), [frame]);
  const axis = useMemo(() => axisOf(spans), [spans]);
  return (
    <div className={styles.frame}>
      <div className={cx(styles.row, styles.axis)} aria-hidden>
        <span className={styles.ticks}>
          {[0, 0.25, 0.5, 0.75, 1].map((share) => (
            <span key={share} style={{ left: `${share * 100}%` }}>
              {formatNs(share * axis.lengthMs * nsPerMs)}
            </span>
          ))}
        </span>
      </div>
      <ol className={styles.list} aria-label="Spans">
        {spans.slice(0, maxRows).map((span) => (
          <SpanRow key={span.id} span={span} axis={axis} />
        ))}
      </ol>
      {spans.length > maxRows && <p className={styles.more}>{spans.length - maxRows} more spans are not shown.</p>}
    </div>
  );
}

interface Axis {
  readonly startMs: number;
  readonly lengthMs: number;
}

function axisOf(spans: readonly TreeSpan[]): Axis {
  const [first] = spans;
  const startMs = spans.reduce((least, span) => Math.min(least, span.startMs), first?.startMs ?? 0);
  const endMs = spans.reduce((most, span) => Math.max(most, span.startMs + span.durationMs), startMs);
  return { startMs, lengthMs: Math.max(endMs - startMs, Number.MIN_VALUE) };
}

function SpanRow({ span, axis }: { readonly span: TreeSpan; readonly axis: Axis }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [open, setOpen] = useState(false);
  const left = ((span.startMs - axis.startMs) / axis.lengthMs) * 100;
  const width = (span.durationMs / axis.lengthMs) * 100;
  return (
    <li>
      <button
        type="button"
        className={cx(styles.row, styles.span)}
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <span className={styles.name} style={{ paddingLeft: theme.spacing(span.depth * 1.5) }} title={span.name}>
          {span.name}
        </span>
        <span className={styles.lane}>
          <span className={styles.bar} style={{ left: `${left}%`, width: `max(2px, ${width}%)`, background: colorOf(theme, span) }} />
        </span>
        <span className={styles.duration}>{formatNs(span.durationMs * nsPerMs)}</span>
      </button>
      {open && <SpanDetails span={span} />}
    </li>
  );
}

function SpanDetails({ span }: { readonly span: TreeSpan }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.details}>
      <dl className={styles.tags}>
        {span.tags.map(({ key, value }) => (
          <div key={key} className={styles.tag}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {span.stacks.map((stack, index) => (
        <pre key={index} className={styles.stack} aria-label="Go stack">
          {stack}
        </pre>
      ))}
    </div>
  );
}

/** What the GC did is warm, what the request did is cool, waiting recedes. */
function colorOf(theme: GrafanaTheme2, { kind, name }: TreeSpan): string {
  switch (kind) {
    case 'garbage collector':
      return theme.visualization.getColorByName(name.startsWith('STW') ? 'red' : 'orange');
    case 'map':
      return theme.visualization.getColorByName('purple');
    case 'waiting':
      return theme.colors.text.disabled;
    default:
      return theme.visualization.getColorByName('blue');
  }
}

function getStyles(theme: GrafanaTheme2) {
  return {
    frame: css({ containerType: 'inline-size' }),
    list: css({ listStyle: 'none' }),
    row: css({
      display: 'grid',
      gridTemplate: '"name lane duration" auto / minmax(160px, 30%) 1fr 90px',
      gap: theme.spacing(1),
      alignItems: 'center',
      width: '100%',
      minHeight: theme.spacing(3.25),
      padding: theme.spacing(0, 1),
      // Lanes need room: where there is little, they lie below their names.
      [narrow]: {
        gridTemplate: '"name duration" auto "lane lane" auto / minmax(0, 1fr) auto',
        rowGap: 2,
        paddingBottom: theme.spacing(0.5),
      },
    }),
    axis: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    ticks: css({
      gridArea: 'lane',
      position: 'relative',
      height: '1.5em',
      '& > span': { position: 'absolute', transform: 'translateX(-50%)', whiteSpace: 'nowrap' },
      '& > span:first-child': { transform: 'none' },
      '& > span:last-child': { transform: 'translateX(-100%)' },
      [narrow]: { '& > span:nth-child(even)': { display: 'none' } },
    }),
    span: css({
      border: 0,
      background: 'none',
      textAlign: 'left',
      borderTop: `1px solid ${theme.colors.border.weak}`,
      '&:hover': { background: theme.colors.action.hover },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
    }),
    name: css({ gridArea: 'name', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    lane: css({ gridArea: 'lane', position: 'relative', height: 14, borderRadius: 2, background: theme.colors.background.secondary }),
    bar: css({ position: 'absolute', top: 0, bottom: 0, borderRadius: 2, forcedColorAdjust: 'none' }),
    duration: css({ gridArea: 'duration', textAlign: 'right', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
    details: css({ padding: theme.spacing(1, 1, 1.5, 2), background: theme.colors.background.secondary }),
    tags: css({ display: 'grid', gap: theme.spacing(0.25), margin: 0 }),
    tag: css({
      display: 'grid',
      gridTemplateColumns: '240px 1fr',
      [narrow]: { gridTemplateColumns: 'minmax(0, 1fr)', rowGap: 0 },
      gap: theme.spacing(1),
      fontSize: theme.typography.bodySmall.fontSize,
      '& dt': { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular, overflowWrap: 'anywhere' },
      '& dd': { margin: 0, overflowWrap: 'anywhere' },
    }),
    stack: css({
      marginTop: theme.spacing(1),
      marginBottom: 0,
      maxHeight: 260,
      overflow: 'auto',
      fontSize: theme.typography.code.fontSize,
    }),
    more: css({ color: theme.colors.text.secondary, padding: theme.spacing(1) }),
  };
}
