import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Spinner, useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { formatShare } from '../format';
import { useWidth } from '../useWidth';
import { boxHeight, boxWidth, type CallLayout } from './layOutCalls';
import { neighbourOf } from './neighbours';
import type { DrawnCall, DrawnCalls } from './readCalls';
import { useCallLayout } from './useCallLayout';

const height = 560;
const zoomStep = 1.25;
/** Names can still be read. */
const smallestFit = 0.7;

/** Functions as boxes with who calls whom as lines between them, as `go tool pprof -web` draws them. One is chosen by a click or the arrow keys. */
export function CallGraph({ drawn }: { readonly drawn: DrawnCalls }) {
  const styles = useStyles2(getStyles);
  const { functions, calls } = drawn;
  const layout = useCallLayout(useMemo(() => ({ functionCount: functions.length, calls }), [functions, calls]));
  const [element, width] = useWidth<HTMLDivElement>();
  const [chosen, setChosen] = useState<number>();
  const [zoom, setZoom] = useState<number>();
  const fit = layout === undefined || width === 0 ? 1 : Math.max(smallestFit, Math.min(1, width / layout.width, height / layout.height));
  const scale = zoom ?? fit;
  return (
    <div ref={element} className={styles.frame}>
      <div className={styles.bar}>
        <Button size="sm" variant="secondary" icon="search-minus" aria-label="Smaller" onClick={() => setZoom(scale / zoomStep)} />
        <Button size="sm" variant="secondary" icon="search-plus" aria-label="Larger" onClick={() => setZoom(scale * zoomStep)} />
        <span className={styles.legend}>
          <span className={cx(styles.swatch, styles.flat)} /> in the function itself
          <span className={cx(styles.swatch, styles.below)} /> in what it calls
        </span>
      </div>
      {layout === undefined ? (
        <div className={styles.waiting}>
          <Spinner inline /> Laying out the graph
        </div>
      ) : (
        <PlacedGraph drawn={drawn} layout={layout} scale={scale} chosen={chosen} onChoose={setChosen} />
      )}
      <p className={styles.told} aria-live="polite">
        {chosen === undefined ? 'Choose a function to see who calls it and what it calls.' : describe(drawn, chosen)}
      </p>
    </div>
  );
}

interface GraphProps {
  readonly drawn: DrawnCalls;
  readonly layout: CallLayout;
  readonly scale: number;
  readonly chosen: number | undefined;
  readonly onChoose: (row: number | undefined) => void;
}

function PlacedGraph({ drawn, layout, scale, chosen, onChoose }: GraphProps) {
  const styles = useStyles2(getStyles);
  const boxes = useRef<HTMLDivElement>(null);
  const { functions, calls } = drawn;
  useLayoutEffect(() => {
    // A wide graph is seen first where most of the time goes.
    const shown = boxes.current?.parentElement;
    const middle = layout.functions[heaviestOf(functions)]?.x ?? 0;
    shown?.scrollTo({ left: middle * scale - shown.clientWidth / 2 });
    // Only once it is laid out: who zooms stays there.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [layout]);
  const near = useMemo(() => (chosen === undefined ? undefined : aroundOf(calls, chosen)), [calls, chosen]);
  const onKeyDown = (event: KeyboardEvent) => {
    const from = chosen ?? 0;
    const next = neighbourOf({ calls, layout }, from, event.key);
    if (next !== undefined) {
      event.preventDefault();
      onChoose(next);
      boxes.current?.querySelectorAll('button')[next]?.focus();
    }
  };
  return (
    <div className={styles.window} role="group" aria-label="Graph of calls: the tables below say it in words" onKeyDown={onKeyDown}>
      <div ref={boxes} className={styles.canvas} style={{ width: layout.width * scale, height: layout.height * scale }}>
        <svg width={layout.width * scale} height={layout.height * scale} viewBox={`0 0 ${layout.width} ${layout.height}`} aria-hidden>
          {calls.map((call, n) => (
            <g key={`${call.caller}-${call.callee}`} className={cx(styles.call, isAside(call, chosen) && styles.aside)}>
              <title>{describeCall(drawn, call)}</title>
              <path d={pathOf(layout.calls[n] ?? [])} strokeWidth={call.thickness} strokeDasharray={call.isDashed ? '4 4' : undefined} />
              <path d={headOf(layout.calls[n] ?? [], 5 + call.thickness)} className={styles.head} />
            </g>
          ))}
        </svg>
        {functions.map((each, row) => {
          const { x = 0, y = 0 } = layout.functions[row] ?? {};
          return (
            <button
              key={each.name}
              type="button"
              title={`${each.name}\n${each.cumulative} cumulative, ${each.flat} flat`}
              aria-pressed={row === chosen}
              tabIndex={row === (chosen ?? 0) ? 0 : -1}
              className={cx(styles.box, row === chosen && styles.chosen, near !== undefined && !near.has(row) && styles.aside)}
              style={{ transform: `scale(${scale}) translate(${x - boxWidth / 2}px, ${y - boxHeight / 2}px)` }}
              onClick={() => onChoose(row === chosen ? undefined : row)}
            >
              <span className={styles.title}>{each.title}</span>
              <span className={styles.small}>
                {each.cumulative}
                {each.package === '' ? '' : ` · ${each.package}`}
              </span>
              <span className={styles.share}>
                <span className={styles.flat} style={{ width: `${each.flatShare * 100}%` }} />
                <span className={styles.below} style={{ width: `${(each.cumulativeShare - each.flatShare) * 100}%` }} />
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

function heaviestOf(functions: DrawnCalls['functions']): number {
  return functions.reduce((most, { cumulativeShare }, row) => (cumulativeShare > (functions[most]?.cumulativeShare ?? 0) ? row : most), 0);
}

/** A function with its callers and what it calls. */
function aroundOf(calls: readonly DrawnCall[], chosen: number): ReadonlySet<number> {
  const near = calls.filter(({ caller, callee }) => caller === chosen || callee === chosen);
  return new Set([chosen, ...near.flatMap(({ caller, callee }) => [caller, callee])]);
}

function isAside({ caller, callee }: DrawnCall, chosen: number | undefined): boolean {
  return chosen !== undefined && caller !== chosen && callee !== chosen;
}

type Line = CallLayout['calls'][number];

/** A smooth line past its bends. */
function pathOf(points: Line): string {
  const [first, ...others] = points;
  const last = others.pop();
  if (first === undefined || last === undefined) {
    return '';
  }
  const bends = others.map(({ x, y }, n) => {
    const next = others[n + 1] ?? last;
    return `Q${x} ${y} ${(x + next.x) / 2} ${(y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y}${bends.join('')}L${last.x} ${last.y}`;
}

/** The arrow's head at the end of a line. */
function headOf(points: Line, size: number): string {
  const [from, to] = points.slice(-2);
  if (from === undefined || to === undefined) {
    return '';
  }
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const corner = (turn: number) => `${to.x - size * Math.cos(angle + turn)} ${to.y - size * Math.sin(angle + turn)}`;
  return `M${to.x} ${to.y}L${corner(0.45)}L${corner(-0.45)}Z`;
}

function describeCall({ functions }: DrawnCalls, { caller, callee, weight, how }: DrawnCall): string {
  return `${functions[caller]?.name ?? ''} calls ${functions[callee]?.name ?? ''}: ${weight}${how === '' ? '' : `, ${how}`}`;
}

function describe({ functions, calls }: DrawnCalls, row: number): string {
  const chosen = functions[row];
  if (chosen === undefined) {
    return '';
  }
  const list = (others: readonly DrawnCall[], end: 'caller' | 'callee') =>
    others.map((call) => `${functions[call[end]]?.name ?? ''} (${call.weight})`).join(', ');
  const callers = calls.filter(({ callee }) => callee === row);
  const callees = calls.filter(({ caller }) => caller === row);
  return [
    `${chosen.name}: ${chosen.cumulative} cumulative (${formatShare(chosen.cumulativeShare)}), ${chosen.flat} flat (${formatShare(chosen.flatShare)}).`,
    ...(callers.length === 0 ? [] : [`Called by ${list(callers, 'caller')}.`]),
    ...(callees.length === 0 ? [] : [`Calls ${list(callees, 'callee')}.`]),
  ].join(' ');
}

function getStyles(theme: GrafanaTheme2) {
  return {
    frame: css({ minWidth: 0, marginBottom: theme.spacing(1) }),
    bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5), marginBottom: theme.spacing(1) }),
    legend: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      marginLeft: theme.spacing(1),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    swatch: css({ width: 10, height: 10, borderRadius: 2, marginLeft: theme.spacing(1) }),
    waiting: css({
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'center',
      gap: theme.spacing(1),
      height,
      color: theme.colors.text.secondary,
    }),
    window: css({
      maxHeight: height,
      overflow: 'auto',
      background: theme.colors.background.canvas,
      borderRadius: theme.shape.radius.default,
    }),
    canvas: css({ position: 'relative', margin: '0 auto', overflow: 'hidden', '& svg': { display: 'block' } }),
    call: css({ stroke: theme.colors.text.disabled, fill: 'none', '&:hover': { stroke: theme.colors.text.primary } }),
    head: css({ stroke: 'none', fill: theme.colors.text.disabled, 'g:hover > &': { fill: theme.colors.text.primary } }),
    aside: css({ opacity: 0.2 }),
    box: css({
      position: 'absolute',
      top: 0,
      left: 0,
      transformOrigin: '0 0',
      width: boxWidth,
      height: boxHeight,
      display: 'flex',
      flexDirection: 'column',
      justifyContent: 'space-between',
      padding: theme.spacing(0.5, 0.75),
      textAlign: 'left',
      lineHeight: 1.3,
      background: theme.colors.background.primary,
      border: `1px solid ${theme.colors.border.medium}`,
      borderRadius: theme.shape.radius.default,
      cursor: 'pointer',
      '&:hover': { background: theme.colors.background.secondary },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
    }),
    chosen: css({ borderColor: theme.colors.primary.main, boxShadow: `0 0 0 1px ${theme.colors.primary.main}` }),
    title: css({
      fontSize: 12,
      fontWeight: theme.typography.fontWeightMedium,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    }),
    small: css({ fontSize: 11, color: theme.colors.text.secondary, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    share: css({ display: 'flex', height: 4, background: theme.colors.background.secondary }),
    flat: css({ background: theme.visualization.getColorByName('red'), forcedColorAdjust: 'none' }),
    below: css({ background: theme.visualization.getColorByName('orange'), forcedColorAdjust: 'none' }),
    told: css({ margin: theme.spacing(1, 0, 0), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  };
}
