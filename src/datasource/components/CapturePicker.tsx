import { Button, ConfirmButton, Drawer, InlineField, MultiCombobox, Stack, Text } from '@grafana/ui';
import { useId, useState } from 'react';

import { type Sha256, kindNames, parseSha256 } from '../../capture';
import type { CaptureRef } from '../../frames';
import { describeCaptureRef, shortSha256 } from '../describeQuery';
import { selectors } from '../selectors';
import { formatBytes } from '../storage';
import type { StoredCapture } from '../store';

interface Props {
  readonly refs: readonly CaptureRef[];
  readonly stored: readonly StoredCapture[];
  readonly labelWidth: number;
  readonly onChange: (refs: CaptureRef[]) => void;
  /** Removes a capture from this browser; without it the list of what is kept is not offered. */
  readonly onRemove?: (sha256: Sha256) => Promise<void>;
  readonly label?: string;
  readonly tooltip?: string;
}

const labels = selectors.queryEditor;
const oneProcess = 'Several captures in one query are files of one process at one moment: a trace and the profile taken with it';

/** Chooses the captures of a query: those of this browser, the newest drop, or the sample. */
export function CapturePicker({ refs, stored, labelWidth, onChange, onRemove, label = labels.capturePicker, tooltip = oneProcess }: Props) {
  const id = useId();
  const [manages, setManages] = useState(false);
  const options = [
    { value: 'sample', label: 'Sample capture', description: 'A recorded service, shipped with gclens' },
    { value: 'latest', label: 'Newest drop', description: 'Whatever was added last in the browser that looks' },
    ...stored.map((capture) => ({
      value: capture.sha256 as string,
      label: capture.name,
      description: `${kindNames[capture.kind]}, ${formatBytes(capture.sizeBytes)}, ${shortSha256(capture.sha256)}`,
    })),
  ];
  const chosen = refs.map((ref) => ({ value: valueOf(ref), label: describeCaptureRef(ref) }));
  const names = new Map<string, string>([...stored.map((capture) => [capture.sha256, capture.name] as const), ...refs.flatMap(nameEntry)]);
  return (
    <>
      <InlineField label={label} labelWidth={labelWidth} htmlFor={id} tooltip={tooltip}>
        <MultiCombobox
          id={id}
          width={46}
          placeholder="Choose captures"
          options={options}
          value={chosen}
          onChange={(next) => onChange(next.flatMap(({ value }) => refOf(value, names)))}
        />
      </InlineField>
      {stored.length > 0 && onRemove !== undefined && (
        <Button
          variant="secondary"
          fill="text"
          icon="database"
          aria-label={labels.storedCaptures}
          tooltip={labels.storedCaptures}
          onClick={() => setManages(true)}
        />
      )}
      {manages && onRemove !== undefined && (
        <Drawer title={labels.storedCaptures} subtitle="Kept in IndexedDB of this browser only" size="sm" onClose={() => setManages(false)}>
          <Stack direction="column" gap={2}>
            {stored.map((capture) => (
              <Stack key={capture.sha256} direction="row" justifyContent="space-between" alignItems="center">
                <div>
                  <Text element="p">{capture.name}</Text>
                  <Text variant="bodySmall" color="secondary">
                    {kindNames[capture.kind]}, {formatBytes(capture.sizeBytes)}, sha-256 {shortSha256(capture.sha256)}
                  </Text>
                </div>
                <ConfirmButton
                  size="sm"
                  confirmText="Remove"
                  confirmVariant="destructive"
                  closeOnConfirm
                  onConfirm={() => {
                    void onRemove(capture.sha256);
                  }}
                >
                  <span title={labels.removeCapture(capture.name)}>Remove</span>
                </ConfirmButton>
              </Stack>
            ))}
          </Stack>
        </Drawer>
      )}
    </>
  );
}

function valueOf(ref: CaptureRef): string {
  return ref.by === 'sha256' ? ref.sha256 : ref.by;
}

function refOf(value: string, names: ReadonlyMap<string, string>): CaptureRef[] {
  if (value === 'sample' || value === 'latest') {
    return [{ by: value }];
  }
  const sha256 = parseSha256(value);
  const name = names.get(value);
  return sha256 === undefined ? [] : [{ by: 'sha256', sha256, ...(name === undefined ? {} : { name }) }];
}

function nameEntry(ref: CaptureRef): [string, string][] {
  return ref.by === 'sha256' && ref.name !== undefined ? [[ref.sha256, ref.name]] : [];
}
