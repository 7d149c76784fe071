import { ConfirmButton, Drawer, Stack, Text } from '@grafana/ui';

import { kindNames, type Sha256 } from '../../capture';
import { shortSha256 } from '../describeQuery';
import { selectors } from '../selectors';
import { formatBytes } from '../storage';
import type { StoredCapture } from '../store';

interface Props {
  readonly stored: readonly StoredCapture[];
  readonly onRemove: (sha256: Sha256) => Promise<void>;
  readonly onClose: () => void;
}

const labels = selectors.queryEditor;

/** The captures that this browser keeps. */
export function StoredCaptures({ stored, onRemove, onClose }: Props) {
  return (
    <Drawer title={labels.storedCaptures} subtitle="Kept in IndexedDB of this browser only" size="sm" onClose={onClose}>
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
  );
}
