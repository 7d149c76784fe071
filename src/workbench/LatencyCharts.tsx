import { css, cx } from '@emotion/css';
import { type DataFrame, type GrafanaTheme2, dateTimeFormat } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';

import { numbersOf } from './columns';
import { describeLatencies } from './describeLatencies';
import { formatNs } from './format';
import { FrameTable } from './FrameTable';
import { useWidth } from './useWidth';

const height = 220;
/** Room for a latency below the axis. */
const labelWidth = 90;
const margin = { left: 60, right: 12, top: 6, bottom: 22 };

/** The frames of the view `latency`, each in its way: heat maps, histograms, tables of quantiles. */
export function LatencyCharts({ frames }: { readonly frames: readonly DataFrame[] }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.grid}>
      {frames
        .filter(({ length }) => length > 0)
        .map((frame) => (
          <figure key={frame.name} className={isChart(frame) ? styles.figure : cx(styles.figure, styles.wide)}>
            <figcaption className={styles.caption}>{frame.name}</figcaption>
            {frame.fields.some(({ name }) => name === 'yMin') ? (
              <HeatMap frame={frame} />
            ) : frame.fields.some(({ name }) => name === 'xMin') ? (
              <Histogram frame={frame} />
            ) : (
              <FrameTable frame={frame} />
            )}
          </figure>
        ))}
    </div>
  );
}

function isChart({ fields }: DataFrame): boolean {
  return fields.some(({ name }) => name === 'yMin' || name === 'xMin');
}

/** Latency upwards on a logarithmic axis, time to the right, the more the stronger. */
function HeatMap({ frame }: { readonly frame: DataFrame }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [element, width] = useWidth<HTMLDivElement>();
  const [xMax, yMin, yMax, counts] = ['xMax', 'yMin', 'yMax', 'count'].map((name) => numbersOf(frame, name)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const interval: unknown = frame.fields.find(({ name }) => name === 'xMax')?.config.custom?.intervalMs;
  const stepMs = typeof interval === 'number' ? interval : 1;
  const most = Math.max(...counts);
  const [fromMs, toMs] = [Math.min(...xMax) - stepMs, Math.max(...xMax)];
  const [lowNs, highNs] = [Math.max(1, Math.min(...yMin)), Math.max(2, ...yMax)];
  const toX = (timeMs: number) => margin.left + ((timeMs - fromMs) / (toMs - fromMs)) * (width - margin.left - margin.right);
  const toY = (ns: number) =>
    height - margin.bottom - (Math.log(Math.max(lowNs, ns) / lowNs) / Math.log(highNs / lowNs)) * (height - margin.top - margin.bottom);
  return (
    <div ref={element}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`${frame.name ?? ''}: ${describeLatencies(yMin, yMax, counts)}`}
          className={styles.chart}
        >
          {counts.map((count, row) => {
            const [x, y] = [toX((xMax[row] ?? 0) - stepMs), toY(yMax[row] ?? 1)];
            return (
              <rect
                key={row}
                x={x}
                y={y}
                width={Math.max(1, toX(xMax[row] ?? 0) - x)}
                height={Math.max(1, toY(yMin[row] ?? 1) - y)}
                fill={theme.visualization.getColorByName('orange')}
                fillOpacity={0.15 + 0.85 * (Math.log(1 + count) / Math.log(1 + most))}
              >
                <title>{`${count} of ${formatNs(yMin[row] ?? 0)} to ${formatNs(yMax[row] ?? 0)}`}</title>
              </rect>
            );
          })}
          {decades(lowNs, highNs).map((ns) => (
            <text key={ns} x={margin.left - 6} y={toY(ns) + 4} textAnchor="end">
              {formatNs(ns)}
            </text>
          ))}
          <text x={margin.left} y={height - 6}>
            {dateTimeFormat(fromMs, { format: 'HH:mm:ss.SSS' })}
          </text>
          <text x={width - margin.right} y={height - 6} textAnchor="end">
            {dateTimeFormat(toMs, { format: 'HH:mm:ss.SSS' })}
          </text>
        </svg>
      )}
    </div>
  );
}

/** How many by latency; a bar's parts are the phases of the collector. The height is logarithmic: the few long ones matter. */
function Histogram({ frame }: { readonly frame: DataFrame }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [element, width] = useWidth<HTMLDivElement>();
  const [xMin, xMax] = [numbersOf(frame, 'xMin'), numbersOf(frame, 'xMax')];
  const phases = frame.fields.slice(2);
  const totals = xMin.map((_, row) => phases.reduce((sum, { values }) => sum + Number(values[row]), 0));
  const most = Math.max(...totals);
  const labelEach = Math.ceil(xMin.length / Math.min(6, Math.max(1, Math.floor(width / labelWidth))));
  const barWidth = (width - margin.left - margin.right) / Math.max(1, xMin.length);
  const heightOf = (count: number) => (Math.log(1 + count) / Math.log(1 + most)) * (height - margin.top - margin.bottom);
  return (
    <div ref={element}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`${frame.name ?? ''}: ${describeLatencies(xMin, xMax, totals)}`}
          className={styles.chart}
        >
          {totals.map((total, row) => {
            let top = height - margin.bottom;
            const title = phases.map(({ name, values }) => `${name} ${values[row]}`).join(', ');
            return (
              <g key={xMin[row]}>
                <title>{`${formatNs(xMin[row] ?? 0)} to ${formatNs(xMax[row] ?? 0)}: ${title}`}</title>
                {phases.map(({ name, values, config }) => {
                  const part = total === 0 ? 0 : (Number(values[row]) / total) * heightOf(total);
                  top -= part;
                  return (
                    <rect
                      key={name}
                      x={margin.left + row * barWidth}
                      y={top}
                      width={Math.max(1, barWidth - 1)}
                      height={part}
                      fill={theme.visualization.getColorByName(config.color?.fixedColor ?? 'gray')}
                    />
                  );
                })}
              </g>
            );
          })}
          {xMin.map((ns, row) =>
            row % labelEach === 0 && (xMin.length - row) * barWidth > labelWidth / 2 ? (
              <text key={ns} x={margin.left + row * barWidth} y={height - 6}>
                {formatNs(ns)}
              </text>
            ) : null,
          )}
          {[1, most].map((count) => (
            <text key={count} x={margin.left - 6} y={height - margin.bottom - heightOf(count) + 8} textAnchor="end">
              {count}
            </text>
          ))}
        </svg>
      )}
      <div className={styles.legend}>
        {phases.map(({ name, config }) => (
          <span key={name}>
            <span
              className={styles.swatch}
              style={{ background: theme.visualization.getColorByName(config.color?.fixedColor ?? 'gray') }}
            />
            {name}
          </span>
        ))}
      </div>
    </div>
  );
}

function decades(low: number, high: number): number[] {
  return Array.from({ length: 13 }, (_, power) => 10 ** power).filter((value) => value >= low && value <= high);
}

function getStyles(theme: GrafanaTheme2) {
  return {
    grid: css({
      display: 'grid',
      gap: theme.spacing(2),
      gridTemplateColumns: 'minmax(0, 1fr)',
      '@media (min-width: 1000px)': { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
    }),
    figure: css({ margin: 0, minWidth: 0 }),
    wide: css({ gridColumn: '1 / -1' }),
    caption: css({
      fontSize: theme.typography.bodySmall.fontSize,
      fontWeight: theme.typography.fontWeightMedium,
      marginBottom: theme.spacing(0.5),
    }),
    chart: css({ display: 'block', '& text': { fill: theme.colors.text.secondary, fontSize: 11 } }),
    legend: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.25, 1.5),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      '& > span': { display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) },
    }),
    swatch: css({ width: 10, height: 10, borderRadius: 2, forcedColorAdjust: 'none' }),
  };
}
