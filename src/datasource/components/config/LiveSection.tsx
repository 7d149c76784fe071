import { Alert, Button, Field, FieldSet, Input } from '@grafana/ui';

import { selectors } from '../../selectors';
import { defaultMaxMebibytes, defaultMaxSeconds, defaultReuseSeconds, defaultSeconds, readSettings } from '../../sources/settings';
import type { SectionProps } from './ConfigEditor';
import { NumberSetting } from './NumberSetting';

const labels = selectors.configEditor;

/** Beside the window, a program takes time to end a profile, and the network to bring it. */
const marginSeconds = 10;

/** What Grafana's timeout must be for captures of so many seconds. */
export function timeoutFor(seconds: number): number {
  return seconds + marginSeconds;
}

/** How long live captures take, and how often they are taken. */
export function LiveSection({ options, change }: SectionProps) {
  const { maxSeconds, timeoutSeconds } = readSettings(options);
  return (
    <FieldSet label="Live captures">
      <NumberSetting
        label={labels.seconds}
        description="Window of a capture whose query names none: CPU profile and trace of the same seconds"
        unit="s"
        value={options.seconds}
        fallback={defaultSeconds}
        onChange={(seconds) => change({ seconds })}
      />
      <NumberSetting
        label={labels.maxSeconds}
        description="The longest window that a query may ask for"
        unit="s"
        value={options.maxSeconds}
        fallback={defaultMaxSeconds}
        onChange={(next) => {
          const needed = timeoutFor(next ?? defaultMaxSeconds);
          change({ maxSeconds: next, ...(timeoutSeconds < needed ? { timeout: needed } : {}) });
        }}
      />
      {timeoutSeconds < timeoutFor(maxSeconds) && (
        <Alert
          severity="warning"
          title={`Grafana waits ${timeoutSeconds} s for an answer, and a CPU profile of ${maxSeconds} s answers only when it is over`}
          buttonContent={undefined}
        >
          <Button size="sm" variant="secondary" onClick={() => change({ timeout: timeoutFor(maxSeconds) })}>
            Set the timeout to {timeoutFor(maxSeconds)} s
          </Button>
        </Alert>
      )}
      <NumberSetting
        label={labels.reuseSeconds}
        description="So long a capture answers all queries that ask for the same, so that a dashboard’s refresh does not profile without end"
        unit="s"
        value={options.reuseSeconds}
        fallback={defaultReuseSeconds}
        onChange={(reuseSeconds) => change({ reuseSeconds })}
      />
      <SizeSetting options={options} change={change} />
      <Field label={labels.pprofPath} description="Below the URL. Leave it empty: it is found out">
        <Input
          width={30}
          value={options.pprofPath ?? ''}
          placeholder="found out"
          onChange={({ currentTarget }) => change({ pprofPath: currentTarget.value === '' ? undefined : currentTarget.value })}
        />
      </Field>
    </FieldSet>
  );
}

/** The largest file that is loaded. */
export function SizeSetting({ options, change }: SectionProps) {
  return (
    <NumberSetting
      label={labels.maxMebibytes}
      description="Larger files are not loaded"
      unit="MiB"
      value={options.maxMebibytes}
      fallback={defaultMaxMebibytes}
      onChange={(maxMebibytes) => change({ maxMebibytes })}
    />
  );
}
