import { Alert, Button, Checkbox, Field, Input, RadioButtonGroup, Stack } from '@grafana/ui';
import { useId, useState } from 'react';

import { describeLiveProfile, type LiveProfile, liveProfiles } from '../../../capture';
import { type CaptureRef, type LiveMethod, liveMethods, type LiveRef } from '../../../frames';
import type { GclensDataSource } from '../../datasource';
import type { FoundFiles } from '../../foundFiles';
import { messageOf } from '../../messageOf';
import { selectors } from '../../selectors';
import { useWork } from './useWork';
import { WorkProgress } from './WorkProgress';

interface Props {
  readonly datasource: GclensDataSource;
  /** What the query asks for already. */
  readonly value: LiveRef | undefined;
  readonly onChoose: (refs: CaptureRef[]) => void;
}

const labels = selectors.liveCapture;

/** What is recorded of the running program: now, to be looked at, or anew whenever the query runs. */
export function LiveCaptureForm({ datasource, value, onChoose }: Props) {
  const [profiles, setProfiles] = useState<readonly LiveProfile[]>(value?.profiles ?? ['profile', 'trace']);
  const [seconds, setSeconds] = useState(value?.seconds === undefined ? '' : String(value.seconds));
  const [path, setPath] = useState(value?.path ?? '');
  const [method, setMethod] = useState<LiveMethod>(value?.method ?? 'GET');
  const id = useId();
  const capture = useWork<FoundFiles>();
  const { settings } = datasource.files;
  const ref: LiveRef = {
    by: 'live',
    profiles,
    ...(seconds === '' ? {} : { seconds: Number(seconds) }),
    ...(path === '' ? {} : { path, method }),
  };
  const isEmpty = profiles.length === 0 && path === '';
  const problem = isEmpty ? undefined : problemOf(() => datasource.files.checkLive(ref));
  const isRunning = capture.progress !== undefined;
  const cannot = isEmpty || problem !== undefined || isRunning;
  return (
    <Stack direction="column" gap={2}>
      <Stack direction="column" gap={1}>
        {liveProfiles.map((profile) => {
          const { label, description } = describeLiveProfile(profile);
          return (
            <div key={profile}>
              <Checkbox
                label={label}
                description={description}
                value={profiles.includes(profile)}
                onChange={({ currentTarget }) =>
                  setProfiles(liveProfiles.filter((one) => (one === profile ? currentTarget.checked : profiles.includes(one))))
                }
              />
            </div>
          );
        })}
      </Stack>
      <Field
        label={labels.seconds}
        htmlFor={`${id}-seconds`}
        description={`All are recorded in the same window, of at most ${settings.maxSeconds} s`}
        noMargin
      >
        <Input
          id={`${id}-seconds`}
          type="number"
          min={1}
          width={16}
          value={seconds}
          placeholder={String(settings.seconds)}
          suffix="s"
          onChange={({ currentTarget }) => setSeconds(currentTarget.value)}
        />
      </Field>
      <Field
        label={labels.path}
        htmlFor={`${id}-path`}
        description="A further request below the URL whose answer is a capture: the dump of a flight recorder. Headers it needs are set in the data source’s settings."
        noMargin
      >
        <Stack direction="row" gap={1}>
          <RadioButtonGroup
            aria-label={labels.method}
            options={[...methodOptions]}
            value={method}
            onChange={setMethod}
            disabled={path === ''}
          />
          <Input
            id={`${id}-path`}
            value={path}
            placeholder="debug/flight"
            spellCheck={false}
            onChange={({ currentTarget }) => setPath(currentTarget.value)}
          />
        </Stack>
      </Field>
      {problem !== undefined && <Alert severity="warning" title={problem} />}
      <WorkProgress work={capture} />
      {capture.error !== undefined && <Alert severity="error" title={capture.error} />}
      <Stack direction="row" gap={1} wrap="wrap">
        <Button
          icon="bolt"
          disabled={cannot}
          onClick={() =>
            capture.run(async (options) => {
              const found = await datasource.files.takeLive(ref, { ...options, isFresh: true });
              if (found.notices.length === 0) {
                onChoose(refsOf(found));
              }
              return found;
            })
          }
        >
          {labels.captureNow}
        </Button>
        <Button variant="secondary" icon="sync" disabled={cannot} onClick={() => onChoose([ref])} tooltip={reuseTip(settings.reuseSeconds)}>
          {labels.captureAlways}
        </Button>
      </Stack>
      {capture.result !== undefined && capture.result.notices.length > 0 && (
        <>
          {capture.result.notices.map(({ text }) => (
            <Alert key={text} severity="warning" title={text} />
          ))}
          <div>
            <Button variant="secondary" onClick={() => capture.result !== undefined && onChoose(refsOf(capture.result))}>
              {labels.useResult}
            </Button>
          </div>
        </>
      )}
    </Stack>
  );
}

const methodOptions: { readonly value: LiveMethod; readonly label: string }[] = liveMethods.map((value) => ({ value, label: value }));

function reuseTip(reuseSeconds: number): string {
  return `Panels and tabs share one capture for ${reuseSeconds} s`;
}

function refsOf({ files }: FoundFiles): CaptureRef[] {
  return files.flatMap(({ sha256, name }) => (sha256 === undefined ? [] : [{ by: 'sha256' as const, sha256, name }]));
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
