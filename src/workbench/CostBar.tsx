import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';

import { formatNs } from './format';
import type { Cost } from './requestRows';

interface Props {
  readonly costs: readonly Cost[];
  /** Nanoseconds of each; NaN where it is not known. */
  readonly values: readonly number[];
}

/** A request's time as one bar, a segment for each class of cost. */
export function CostBar({ costs, values }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const parts = costs.map((cost, index) => ({ ...cost, ns: values[index] ?? 0 })).filter(({ ns }) => ns > 0);
  const texts = parts.map(({ title, ns }) => `${title} ${formatNs(ns)}`);
  return (
    <div role="img" aria-label={texts.join(', ') || 'cost unknown'} title={texts.join('\n')} className={styles.bar}>
      {parts.map(({ name, color, ns }) => (
        <div key={name} data-cost={name} style={{ flexGrow: ns, background: colorOf(theme, color) }} />
      ))}
    </div>
  );
}

/** What the colours of cost bars mean. */
export function CostLegend({ costs }: { readonly costs: readonly Cost[] }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.legend}>
      <LegendGroup title="GC tax" costs={costs.filter(({ isTax }) => isTax)} />
      <LegendGroup title="other time" costs={costs.filter(({ isTax }) => !isTax)} />
    </div>
  );
}

function LegendGroup({ title, costs }: { readonly title: string; readonly costs: readonly Cost[] }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  return (
    <div className={styles.group}>
      <strong className={styles.groupTitle}>{title}</strong>
      {costs.map((cost) => (
        <span key={cost.name} className={styles.entry} title={cost.description}>
          <span className={styles.swatch} style={{ background: colorOf(theme, cost.color) }} />
          {cost.title}
        </span>
      ))}
    </div>
  );
}

/** Unknown and waiting time stay in the background, so that the tax is what is seen. */
export function colorOf(theme: GrafanaTheme2, color: string): string {
  switch (color) {
    case 'gray':
      return theme.colors.emphasize(theme.colors.background.secondary, 0.06);
    case 'semi-dark-blue':
      return theme.isDark ? '#3d434f' : '#c4cad6';
    default:
      return theme.visualization.getColorByName(color);
  }
}

function getStyles(theme: GrafanaTheme2) {
  return {
    bar: css({
      display: 'flex',
      width: '100%',
      minWidth: 140,
      height: 14,
      overflow: 'hidden',
      borderRadius: theme.shape.radius.default,
      background: theme.colors.background.secondary,
      '& > div': { flexBasis: 0, minWidth: 0, forcedColorAdjust: 'none' },
    }),
    legend: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.25, 3), fontSize: theme.typography.bodySmall.fontSize }),
    group: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.25, 1.5), color: theme.colors.text.secondary }),
    groupTitle: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
    entry: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5), whiteSpace: 'nowrap' }),
    swatch: css({ width: 10, height: 10, borderRadius: 2, forcedColorAdjust: 'none' }),
  };
}
