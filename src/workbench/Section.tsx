import { css, cx } from '@emotion/css';
import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { Alert, LoadingBar, Spinner, useStyles2 } from '@grafana/ui';
import { type ReactNode, useId } from 'react';

import { readPart } from './readPart';
import type { ViewState } from './useView';

interface Props {
  readonly title: string;
  /** One line below the title: what the figures are made from. */
  readonly evidence?: ReactNode;
  /** At the right of the title. */
  readonly actions?: ReactNode;
  readonly view: ViewState;
  /** Kept free while loading, so that nothing below moves when the content comes. */
  readonly minHeight: number;
  /** What to say when the view has no rows, and what would bring some. */
  readonly empty: ReactNode;
  readonly isEmpty: (frames: readonly DataFrame[]) => boolean;
  readonly children: (frames: readonly DataFrame[]) => ReactNode;
  readonly className?: string;
}

/** A part of the page around one view: title, and its content in every state (loading, failed, empty, there). */
export function Section({ title, evidence, actions, view, minHeight, empty, isEmpty, children, className }: Props) {
  const styles = useStyles2(getStyles);
  const titleId = useId();
  const { frames, loading, error, progress } = view;
  const isStale = loading && frames !== undefined && readPart(frames) === undefined;
  return (
    <section aria-labelledby={titleId} aria-busy={loading} className={cx(styles.section, className)}>
      <div className={styles.bar}>{loading && frames !== undefined && <LoadingBar width={320} ariaLabel={`Loading ${title}`} />}</div>
      <header className={styles.header}>
        <div className={styles.titles}>
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          {evidence !== undefined && <div className={styles.evidence}>{evidence}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {error !== undefined && <Alert severity="error" title={error} className={styles.error} />}
      <div style={{ minHeight }} className={cx(styles.content, isStale && styles.stale)}>
        {frames !== undefined && (isEmpty(frames) ? <p className={styles.placeholder}>{empty}</p> : children(frames))}
        {frames === undefined && loading && (
          <div className={styles.placeholder} style={{ minHeight }}>
            <Spinner inline /> {progress === undefined ? 'Loading' : `${progress.stage} ${Math.round(progress.fraction * 100)} %`}
          </div>
        )}
      </div>
    </section>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    section: css({
      position: 'relative',
      minWidth: 0,
      background: theme.colors.background.primary,
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      padding: theme.spacing(1.5, 2, 2),
    }),
    bar: css({ position: 'absolute', top: 0, left: 0, right: 0, overflow: 'hidden' }),
    // Lists that open in the header lie over the content, whatever layers that has.
    header: css({
      position: 'relative',
      zIndex: 1,
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'flex-start',
      justifyContent: 'space-between',
      gap: theme.spacing(1, 2),
      minHeight: theme.spacing(4),
      marginBottom: theme.spacing(1),
    }),
    titles: css({ flex: '1 1 320px', minWidth: 0 }),
    title: css({ fontSize: theme.typography.h5.fontSize, fontWeight: theme.typography.fontWeightMedium, margin: 0, lineHeight: 1.5 }),
    evidence: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    actions: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), minWidth: 0, maxWidth: '100%' }),
    error: css({ marginBottom: theme.spacing(1) }),
    content: css({ isolation: 'isolate', transition: 'opacity 120ms' }),
    stale: css({ opacity: 0.6 }),
    placeholder: css({
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'center',
      gap: theme.spacing(1),
      minHeight: 'inherit',
      margin: 0,
      color: theme.colors.text.secondary,
      textAlign: 'center',
    }),
  };
}
