import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';

import { readAnswer } from './readAnswer';
import { ReadingNote } from './ReadingNote';
import { readPart } from './readPart';
import { noticesOf } from './notices';
import type { ViewState } from './useView';

interface Props {
  /** Whose frames carry the answer. */
  readonly view: ViewState;
  /** Whether they are profiles alone: then a trace would say more. */
  readonly lacksTrace: boolean;
  readonly onCancel: () => void;
}

/** What the captures say, in words, and what must be known of them. */
export function AnswerCard({ view, lacksTrace, onCancel }: Props) {
  const styles = useStyles2(getStyles);
  const { frames, loading, error } = view;
  const answer = readAnswer(frames ?? []);
  const notices = readPart(frames ?? []) === undefined ? noticesOf(frames ?? []) : [];
  return (
    <section aria-label="Answer" aria-busy={loading} aria-live="polite" className={styles.card}>
      {error !== undefined && <Alert severity="error" title={error} />}
      {answer === undefined && loading && (
        <div className={styles.waiting}>
          <ReadingNote view={view} onCancel={onCancel} />
        </div>
      )}
      {answer !== undefined && (
        <>
          <p className={styles.headline}>{answer.headline}</p>
          <ul className={styles.details}>
            {answer.details.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
          {lacksTrace && (
            <p className={styles.hint}>
              GC cycles over time, pauses and what each request paid come from an execution trace. Take one of the same moment with{' '}
              <code>curl -o trace.out http://HOST/debug/pprof/trace?seconds=5</code>, and open it together with the profile.
            </p>
          )}
        </>
      )}
      {notices.map(({ severity, text }) => (
        <Alert key={text} severity={severity} title={text} className={styles.notice} />
      ))}
    </section>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    card: css({
      padding: theme.spacing(2, 2.5),
      background: theme.colors.background.primary,
      border: `1px solid ${theme.colors.border.weak}`,
      borderLeft: `4px solid ${theme.visualization.getColorByName('orange')}`,
      borderRadius: theme.shape.radius.default,
    }),
    // About as high as an answer is, so that what is below hardly moves when it comes.
    waiting: css({
      minHeight: 540,
      '@media (min-width: 1300px)': { minHeight: 420 },
      '@media (min-width: 1700px)': { minHeight: 340 },
    }),
    headline: css({
      margin: 0,
      maxWidth: '125ch',
      fontSize: theme.typography.h4.fontSize,
      lineHeight: 1.4,
      fontWeight: theme.typography.fontWeightMedium,
    }),
    details: css({
      margin: theme.spacing(1.5, 0, 0),
      paddingLeft: theme.spacing(2.5),
      columnWidth: '62ch',
      columnGap: theme.spacing(5),
      color: theme.colors.text.secondary,
      lineHeight: 1.5,
      '& > li': { breakInside: 'avoid', marginBottom: theme.spacing(0.75) },
    }),
    hint: css({ margin: theme.spacing(1.5, 0, 0), maxWidth: '125ch', overflowWrap: 'anywhere', '& code': { whiteSpace: 'normal' } }),
    notice: css({ margin: theme.spacing(1, 0, 0) }),
  };
}
