import { css } from '@emotion/css';
import { type DataFrame, type GrafanaTheme2, dateTimeFormat, MappingType } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type MouseEvent, useLayoutEffect, useMemo, useState } from 'react';

import { numbersOf, textsOf } from './columns';
import { colorOf } from './CostBar';
import { formatNs } from './format';
import { useWidth } from './useWidth';

interface Lane {
  readonly title: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly states: readonly string[];
}

interface Hovered {
  readonly lane: Lane;
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

const laneHeight = 18;
const laneGap = 3;
const widestTitle = 230;

/** Lanes of stretches of time, as Grafana's state timeline draws these frames: one frame a lane, colours from its value mappings. */
export function StateTimeline({ frames }: { readonly frames: readonly DataFrame[] }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [element, width] = useWidth<HTMLDivElement>();
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const [hovered, setHovered] = useState<Hovered>();
  const lanes = useMemo(() => frames.map(laneOf), [frames]);
  const colors = useMemo(() => colorsOf(frames), [frames]);
  const [fromMs, toMs] = useMemo(() => extentOf(lanes), [lanes]);
  const titleWidth = Math.min(widestTitle, Math.floor(width / 3));
  const plotWidth = width - titleWidth;
  const height = lanes.length * (laneHeight + laneGap);

  useLayoutEffect(() => {
    if (canvas === null || plotWidth === 0) {
      return;
    }
    const scale = window.devicePixelRatio;
    canvas.width = plotWidth * scale;
    canvas.height = height * scale;
    const context = canvas.getContext('2d');
    context?.scale(scale, scale);
    const toX = (timeMs: number) => ((timeMs - fromMs) / (toMs - fromMs)) * plotWidth;
    lanes.forEach(({ starts, ends, states }, n) => {
      starts.forEach((startMs, row) => {
        if (context !== null) {
          context.fillStyle = colorOf(theme, colors.get(states[row] ?? '') ?? 'gray');
          const x = toX(startMs);
          // What is narrower than a pixel is still seen.
          context.fillRect(x, n * (laneHeight + laneGap), Math.max(0.5, toX(ends[row] ?? startMs) - x), laneHeight);
        }
      });
    });
  }, [canvas, plotWidth, height, lanes, colors, theme, fromMs, toMs]);

  const onMove = ({ nativeEvent }: MouseEvent) => {
    const lane = lanes[Math.floor(nativeEvent.offsetY / (laneHeight + laneGap))];
    const timeMs = fromMs + (nativeEvent.offsetX / plotWidth) * (toMs - fromMs);
    const row = lane?.starts.findIndex((startMs, k) => startMs <= timeMs && timeMs < (lane.ends[k] ?? 0)) ?? -1;
    setHovered(lane === undefined || row < 0 ? undefined : { lane, row, x: nativeEvent.offsetX + titleWidth, y: nativeEvent.offsetY });
  };
  return (
    <div ref={element} className={styles.frame} data-testid="state-timeline">
      <div className={styles.rows} style={{ height }}>
        <ul className={styles.titles} style={{ width: titleWidth }}>
          {lanes.map((lane) => (
            <li key={lane.title} title={lane.title} aria-label={`${lane.title}: ${summaryOf(lane)}`}>
              {lane.title}
            </li>
          ))}
        </ul>
        <canvas
          ref={setCanvas}
          role="img"
          aria-label="What each lane did over time; the list beside it says it in words"
          style={{ width: plotWidth, height }}
          onMouseMove={onMove}
          onMouseLeave={() => {
            setHovered(undefined);
          }}
        />
        {hovered !== undefined && <Tooltip hovered={hovered} width={width} />}
      </div>
      <div className={styles.axis} style={{ marginLeft: titleWidth }}>
        <span>{dateTimeFormat(fromMs, { format: 'HH:mm:ss.SSS' })}</span>
        <span>{formatNs((toMs - fromMs) * 1e6)}</span>
        <span>{dateTimeFormat(toMs, { format: 'HH:mm:ss.SSS' })}</span>
      </div>
      <div className={styles.legend}>
        {[...groupColors(colors)].map(([state, color]) => (
          <span key={state}>
            <span className={styles.swatch} style={{ background: colorOf(theme, color) }} />
            {state}
          </span>
        ))}
      </div>
    </div>
  );
}

/** On the side of the pointer that has more room. */
function Tooltip({ hovered: { lane, row, x, y }, width }: { readonly hovered: Hovered; readonly width: number }) {
  const styles = useStyles2(getStyles);
  const durationNs = ((lane.ends[row] ?? 0) - (lane.starts[row] ?? 0)) * 1e6;
  return (
    <div className={styles.tooltip} style={{ top: y + 12, ...(x < width / 2 ? { left: x + 12 } : { right: width - x + 12 }) }}>
      <strong>{lane.states[row]}</strong>
      <div>{lane.title}</div>
      <div>
        {formatNs(durationNs)} from {dateTimeFormat(lane.starts[row] ?? 0, { format: 'HH:mm:ss.SSS' })}
      </div>
    </div>
  );
}

function laneOf(frame: DataFrame): Lane {
  const state = frame.fields.find(({ name }) => name === 'state');
  return {
    title: state?.config.displayName ?? '',
    starts: numbersOf(frame, 'start'),
    ends: numbersOf(frame, 'end'),
    states: textsOf(frame, 'state'),
  };
}

/** Colours by state, as the value mappings of all lanes say. */
function colorsOf(frames: readonly DataFrame[]): ReadonlyMap<string, string> {
  const colors = new Map<string, string>();
  for (const mapping of frames.flatMap(({ fields }) => fields.flatMap(({ config }) => config.mappings ?? []))) {
    if (mapping.type === MappingType.ValueToText) {
      Object.entries(mapping.options).forEach(([state, { color }]) => colors.set(state, color ?? 'gray'));
    }
  }
  return colors;
}

/** States that differ only behind the colon have one colour, and one entry of the legend. */
function groupColors(colors: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...colors].map(([state, color]) => [state.split(':')[0] ?? state, color]));
}

function extentOf(lanes: readonly Lane[]): readonly [fromMs: number, toMs: number] {
  const fromMs = lanes.reduce((least, { starts }) => Math.min(least, starts[0] ?? Infinity), Infinity);
  const toMs = lanes.reduce((most, { ends }) => Math.max(most, ends.at(-1) ?? -Infinity), -Infinity);
  return fromMs < toMs ? [fromMs, toMs] : [0, 1];
}

/** Time by state, the longest first, for those who do not see colours. */
function summaryOf({ starts, ends, states }: Lane): string {
  const sums = new Map<string, number>();
  states.forEach((state, row) => sums.set(state, (sums.get(state) ?? 0) + (ends[row] ?? 0) - (starts[row] ?? 0)));
  const [...sorted] = [...sums].sort((a, b) => b[1] - a[1]).slice(0, 4);
  return sorted.map(([state, ms]) => `${state} ${formatNs(ms * 1e6)}`).join(', ');
}

function getStyles(theme: GrafanaTheme2) {
  return {
    frame: css({ minWidth: 0 }),
    rows: css({ position: 'relative', display: 'flex' }),
    titles: css({
      flex: 'none',
      margin: 0,
      padding: 0,
      listStyle: 'none',
      fontSize: theme.typography.bodySmall.fontSize,
      '& li': {
        height: laneHeight + laneGap,
        lineHeight: `${laneHeight}px`,
        paddingRight: theme.spacing(1),
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
        // The end of a name says which function it is.
        direction: 'rtl',
        textAlign: 'left',
      },
    }),
    axis: css({
      display: 'flex',
      flexWrap: 'wrap',
      justifyContent: 'space-between',
      columnGap: theme.spacing(1),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    legend: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.25, 1.5),
      marginTop: theme.spacing(1),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      '& > span': { display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) },
    }),
    swatch: css({ width: 10, height: 10, borderRadius: 2, forcedColorAdjust: 'none' }),
    tooltip: css({
      position: 'absolute',
      zIndex: 2,
      pointerEvents: 'none',
      width: 'max-content',
      maxWidth: `min(420px, calc(50% - ${theme.spacing(1.5)}))`,
      overflowWrap: 'anywhere',
      padding: theme.spacing(0.75, 1),
      background: theme.colors.background.elevated,
      border: `1px solid ${theme.colors.border.medium}`,
      borderRadius: theme.shape.radius.default,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
  };
}
