import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { CodeEditor, Icon, Text, useStyles2 } from '@grafana/ui';

import type { TextProblem } from '../queryText';
import { selectors } from '../selectors';

interface Props {
  readonly text: string;
  readonly problems: readonly TextProblem[];
  readonly onChange: (text: string) => void;
  /** The text is complete: the editor was left, or Ctrl+S. */
  readonly onCommit: (text: string) => void;
}

const labels = selectors.queryEditor;
const lineHeight = 19;
const [fewestLines, mostLines] = [6, 24];

/** The query as JSON, with what is wrong with it below, by line and member. */
export function QueryCode({ text, problems, onChange, onCommit }: Props) {
  const styles = useStyles2(getStyles);
  const lines = Math.min(mostLines, Math.max(fewestLines, text.split('\n').length + 1));
  return (
    <div role="group" aria-label={labels.code} className={styles.code}>
      <CodeEditor
        language="json"
        value={text}
        height={lines * lineHeight}
        showLineNumbers
        showMiniMap={false}
        monacoOptions={{ scrollBeyondLastLine: false, folding: false, fontSize: 13, tabSize: 2 }}
        onChange={onChange}
        onBlur={onCommit}
        onSave={onCommit}
      />
      {problems.length === 0 ? (
        <Text variant="bodySmall" color="secondary">
          The whole query, without what Grafana adds to it. It runs when you leave the editor, or with Ctrl+S. Variables like $request work
          in every text.
        </Text>
      ) : (
        <ul aria-label={labels.problems} aria-live="polite" className={styles.problems}>
          {problems.map(({ place, message, severity }) => (
            <li key={`${place} ${message}`} className={severity === 'error' ? styles.error : styles.warning}>
              <Icon name={severity === 'error' ? 'exclamation-circle' : 'exclamation-triangle'} size="sm" /> {place}: {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    code: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
    problems: css({ listStyle: 'none', fontSize: theme.typography.bodySmall.fontSize }),
    error: css({ color: theme.colors.error.text }),
    warning: css({ color: theme.colors.warning.text }),
  };
}
