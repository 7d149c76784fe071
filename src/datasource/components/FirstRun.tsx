import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Text, useStyles2 } from '@grafana/ui';

import { exampleQuery, examples } from '../examples';
import { selectors } from '../selectors';
import type { GclensQuery } from '../types';
import type { CaptureWay } from './CapturePicker';
import { UploadArea } from './UploadArea';
import type { Uploads } from './useUploads';

interface Props {
  /** What lies behind the data source's URL: offered first. */
  readonly ways: readonly CaptureWay[];
  readonly uploads: Uploads;
  readonly onExample: (query: GclensQuery) => void;
}

const labels = selectors.queryEditor;
/** Those that show most at a glance. */
const offered = examples.slice(0, 4);

/** What somebody sees who has no captures yet: the service or store of the data source, a question to ask of the sample, or a place for files of their own. */
export function FirstRun({ ways, uploads, onExample }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section data-testid={labels.firstRun} aria-label="First steps" className={styles.ways}>
      {ways.length > 0 && (
        <div className={styles.way}>
          <Text element="h3" variant="h6">
            Take captures from where this data source leads
          </Text>
          <div className={styles.questions}>
            {ways.map(({ label, description, icon, onChoose }, index) => (
              <div key={label}>
                <Button variant={index === 0 ? 'primary' : 'secondary'} size="sm" icon={icon} onClick={onChoose}>
                  {label}
                </Button>
                {description !== undefined && (
                  <Text element="p" variant="bodySmall" color="secondary">
                    {description}
                  </Text>
                )}
              </div>
            ))}
          </div>
        </div>
      )}
      <div className={styles.way}>
        <Text element="h3" variant="h6">
          Look at the sample capture
        </Text>
        <Text element="p" variant="bodySmall" color="secondary">
          A recorded Go service. One click, one picture:
        </Text>
        <div className={styles.questions}>
          {offered.map((example) => (
            <Button
              key={example.question}
              variant="secondary"
              size="sm"
              fill="outline"
              icon="play"
              onClick={() => onExample(exampleQuery(example))}
            >
              {example.question}
            </Button>
          ))}
        </div>
      </div>
      <div className={styles.way}>
        <Text element="h3" variant="h6">
          Or open files of your own
        </Text>
        <UploadArea uploads={uploads} />
      </div>
    </section>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    ways: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(2) }),
    way: css({ flex: '1 1 300px', minWidth: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
    questions: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1) }),
  };
}
