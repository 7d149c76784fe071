import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Spinner, useStyles2 } from '@grafana/ui';

import { formatNs } from './format';
import { readPart } from './readPart';
import type { ViewState } from './useView';

interface Props {
  readonly view: ViewState;
  readonly onCancel: () => void;
}

/** What stands in place of the answer until the captures are read: how far reading is, what is seen already, and how to stop it. */
export function ReadingNote({ view: { frames, progress }, onCancel }: Props) {
  const styles = useStyles2(getStyles);
  const part = readPart(frames ?? []);
  const percent = Math.round((progress?.fraction ?? 0) * 100);
  return (
    <div className={styles.note} data-testid="reading">
      <div className={styles.line}>
        <Spinner inline />
        <span className={styles.title}>{part === undefined ? 'Reading the captures' : 'Still reading'}</span>
        <Button size="sm" variant="secondary" fill="outline" icon="times" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      <div
        className={styles.track}
        role="progressbar"
        aria-label="Reading the captures"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div className={styles.bar} style={{ width: `${percent}%` }} />
      </div>
      <div className={styles.detail}>{progress === undefined ? ' ' : `${progress.stage}, ${percent} %`}</div>
      {part !== undefined && (
        <div className={styles.detail}>
          The timeline shows the first {formatNs((part.readToMs - part.fromMs) * 1e6)} of {formatNs((part.toMs - part.fromMs) * 1e6)}. The
          answer, the tables and the flame graph are about the whole trace, and come when it is read.
        </div>
      )}
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    note: css({ display: 'grid', gap: theme.spacing(1), alignContent: 'start', maxWidth: '90ch' }),
    line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), color: theme.colors.text.primary }),
    title: css({ flex: 1, fontSize: theme.typography.h4.fontSize, fontWeight: theme.typography.fontWeightMedium }),
    track: css({ height: theme.spacing(0.5), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.pill }),
    bar: css({
      height: '100%',
      background: theme.visualization.getColorByName('orange'),
      borderRadius: theme.shape.radius.pill,
      forcedColorAdjust: 'none',
    }),
    detail: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, minHeight: '1.5em' }),
  };
}
