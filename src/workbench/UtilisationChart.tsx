import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';

import { numbersOf } from './columns';
import { formatNs, formatShare } from './format';
import { useWidth } from './useWidth';

const height = 300;
const margin = { left: 48, right: 12, top: 8, bottom: 28 };
const series = ['all Ps', 'one P'] as const;

/** The curve of the view `mmu`: least share of the processors by length of window, on a logarithmic axis. */
export function UtilisationChart({ frames: [frame] }: { readonly frames: readonly DataFrame[] }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [element, width] = useWidth<HTMLDivElement>();
  if (frame === undefined) {
    return null;
  }
  const windows = numbersOf(frame, 'window');
  const [first = 1, last = 10] = [windows[0], windows.at(-1)];
  const toX = (windowNs: number) =>
    margin.left + (Math.log(windowNs / first) / Math.log(last / first)) * (width - margin.left - margin.right);
  const toY = (share: number) => margin.top + (1 - share) * (height - margin.top - margin.bottom);
  const ticks = Array.from({ length: 13 }, (_, power) => 10 ** power).filter((windowNs) => windowNs >= first && windowNs <= last);
  return (
    <div ref={element}>
      {width > 0 && last > first && (
        <svg width={width} height={height} role="img" aria-label={describe(frame)} className={styles.chart}>
          {[0, 0.25, 0.5, 0.75, 1].map((share) => (
            <g key={share}>
              <line x1={margin.left} x2={width - margin.right} y1={toY(share)} y2={toY(share)} className={styles.grid} />
              <text x={margin.left - 6} y={toY(share) + 4} textAnchor="end">
                {formatShare(share)}
              </text>
            </g>
          ))}
          {ticks.map((windowNs) => (
            <g key={windowNs}>
              <line x1={toX(windowNs)} x2={toX(windowNs)} y1={margin.top} y2={height - margin.bottom} className={styles.grid} />
              <text x={toX(windowNs)} y={height - 8} textAnchor="middle">
                {formatNs(windowNs)}
              </text>
            </g>
          ))}
          {series.map((name) => (
            <polyline
              key={name}
              fill="none"
              stroke={theme.visualization.getColorByName(colorOf(frame, name))}
              strokeWidth={2}
              points={numbersOf(frame, name)
                .map((share, row) => `${toX(windows[row] ?? first)},${toY(share)}`)
                .join(' ')}
            />
          ))}
          {windows.map((windowNs, row) => (
            <rect
              key={windowNs}
              x={toX(windowNs) - 3}
              y={margin.top}
              width={6}
              height={height - margin.top - margin.bottom}
              fill="transparent"
            >
              <title>{describePoint(frame, row)}</title>
            </rect>
          ))}
        </svg>
      )}
      <div className={styles.legend}>
        {series.map((name) => (
          <span key={name} title={frame.fields.find((field) => field.name === name)?.config.description}>
            <span className={styles.swatch} style={{ background: theme.visualization.getColorByName(colorOf(frame, name)) }} />
            {name}
          </span>
        ))}
        <span>by length of window</span>
      </div>
    </div>
  );
}

function colorOf(frame: DataFrame, name: string): string {
  return frame.fields.find((field) => field.name === name)?.config.color?.fixedColor ?? 'gray';
}

function describePoint(frame: DataFrame, row: number): string {
  const [window = 0, all = 0, one = 0, worst = 0] = ['window', ...series, 'worst window begins'].map((name) => numbersOf(frame, name)[row]);
  return `${formatNs(window)}: all Ps ${formatShare(all)}, one P ${formatShare(one)}; the worst begins ${formatNs(worst)} after the trace does`;
}

function describe(frame: DataFrame): string {
  const rows = [0, Math.floor(frame.length / 2), frame.length - 1];
  return `Minimum mutator utilisation. ${rows.map((row) => describePoint(frame, row)).join('. ')}`;
}

function getStyles(theme: GrafanaTheme2) {
  return {
    chart: css({ display: 'block', '& text': { fill: theme.colors.text.secondary, fontSize: 11 } }),
    grid: css({ stroke: theme.colors.border.weak, strokeWidth: 1 }),
    legend: css({
      display: 'flex',
      gap: theme.spacing(1.5),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      '& > span': { display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) },
    }),
    swatch: css({ width: 10, height: 10, borderRadius: 2, forcedColorAdjust: 'none' }),
  };
}
