import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, FileDropzone, FileDropzoneDefaultChildren, IconButton, Stack, Text, useStyles2 } from '@grafana/ui';
import { useEffect, useRef } from 'react';

import { selectors } from '../selectors';
import type { Upload, Uploads } from './useUploads';

interface Props {
  readonly uploads: Uploads;
  /** What to drop, when something particular is missing. */
  readonly primaryText?: string | undefined;
  /** Takes the drop zone away; without it it stays. */
  readonly onClose?: (() => void) | undefined;
}

const labels = selectors.queryEditor;

/** Drop zone for several files at once, with what is under way below it. */
export function UploadArea({ uploads, primaryText = labels.dropZone, onClose }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const isAsked = onClose !== undefined;
  useEffect(() => {
    if (isAsked) {
      area.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
  }, [isAsked]);
  return (
    <div
      ref={area}
      data-testid={labels.dropZone}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && onClose !== undefined) {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <FileDropzone
        options={{
          multiple: true,
          onDrop: (accepted: File[]) => {
            uploads.add(accepted);
          },
        }}
        fileListRenderer={() => null}
      >
        <FileDropzoneDefaultChildren
          primaryText={primaryText}
          secondaryText="trace.out, cpu.pprof, … from go test, runtime/trace or /debug/pprof, gzipped or not; several at once. They stay in this browser."
        />
      </FileDropzone>
      {onClose !== undefined && (
        <Button variant="secondary" size="sm" onClick={onClose}>
          Close
        </Button>
      )}
      <UploadList uploads={uploads} />
    </div>
  );
}

/** Progress with cancel, errors with dismiss. */
export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  if (uploads.uploads.length === 0) {
    return null;
  }
  return (
    <ul aria-label={labels.uploads} aria-live="polite" style={{ listStyle: 'none' }}>
      {uploads.uploads.map((upload) => (
        <li key={upload.id}>
          {upload.error === undefined ? (
            <RunningUpload
              upload={upload}
              onCancel={() => {
                uploads.remove(upload.id);
              }}
            />
          ) : (
            <Alert
              severity="error"
              title={upload.error}
              buttonContent={undefined}
              onRemove={() => {
                uploads.remove(upload.id);
              }}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function RunningUpload({ upload, onCancel }: { readonly upload: Upload; readonly onCancel: () => void }) {
  const styles = useStyles2(getStyles);
  const percent = Math.round(upload.fraction * 100);
  return (
    <Stack direction="row" alignItems="center" gap={1}>
      <Text truncate>{upload.name}</Text>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={upload.name}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div className={styles.bar} style={{ width: `${percent}%` }} />
      </div>
      <Text color="secondary" variant="bodySmall">
        {upload.stage}
      </Text>
      <IconButton name="times" size="md" aria-label={labels.cancelUpload(upload.name)} onClick={onCancel} />
    </Stack>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    track: css({
      flex: '1 1 120px',
      height: theme.spacing(0.5),
      background: theme.colors.background.secondary,
      borderRadius: theme.shape.radius.pill,
    }),
    bar: css({ height: '100%', background: theme.colors.primary.main, borderRadius: theme.shape.radius.pill }),
  };
}
