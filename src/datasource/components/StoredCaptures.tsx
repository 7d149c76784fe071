import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, ConfirmButton, Drawer, IconButton, Input, Stack, Text, useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';

import { kindNames } from '../../capture';
import type { EmbeddedRef } from '../../frames';
import { shortSha256 } from '../describeQuery';
import { embed, maxEmbeddedBytes } from '../embedded';
import { messageOf } from '../messageOf';
import { selectors } from '../selectors';
import { describeStorage, formatBytes } from '../storage';
import type { CaptureStore, StoredCapture } from '../store';

interface Props {
  readonly store: CaptureStore;
  readonly stored: readonly StoredCapture[];
  /** Puts a small capture into the query itself, instead of its name. */
  readonly onEmbed: (capture: StoredCapture, ref: EmbeddedRef) => void;
  readonly onClose: () => void;
}

const labels = selectors.queryEditor;

/** The captures that this browser keeps: rename, save as a file, embed in the query, remove. */
export function StoredCaptures({ store, stored, onEmbed, onClose }: Props) {
  const [room, setRoom] = useState<string>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let current = true;
    describeStorage(store).then(
      (text) => {
        if (current) {
          setRoom(text);
        }
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [store, stored]);
  const attempt = (work: Promise<void>) => {
    setError(undefined);
    work.catch((problem: unknown) => setError(messageOf(problem)));
  };
  return (
    <Drawer title={labels.storedCaptures} subtitle={room ?? 'Kept in IndexedDB of this browser only'} size="md" onClose={onClose}>
      <Stack direction="column" gap={2}>
        {error !== undefined && <Alert severity="error" title={error} onRemove={() => setError(undefined)} />}
        {stored.length === 0 && <Text color="secondary">Nothing is kept here. Drop files into a query.</Text>}
        {stored.map((capture) => (
          <StoredRow key={capture.sha256} capture={capture} store={store} onEmbed={onEmbed} attempt={attempt} />
        ))}
      </Stack>
    </Drawer>
  );
}

interface RowProps extends Pick<Props, 'store' | 'onEmbed'> {
  readonly capture: StoredCapture;
  /** Runs work whose failure is shown. */
  readonly attempt: (work: Promise<void>) => void;
}

function StoredRow({ capture, store, onEmbed, attempt }: RowProps) {
  const styles = useStyles2(getStyles);
  const { sha256, name, kind, sizeBytes, droppedAtMs, origin } = capture;
  const canEmbed = sizeBytes <= maxEmbeddedBytes;
  return (
    <div className={styles.row}>
      <div className={styles.texts}>
        <NameField name={name} onRename={(next) => attempt(store.rename(sha256, next))} />
        <Text element="p" variant="bodySmall" color="secondary">
          {kindNames[kind]}, {formatBytes(sizeBytes)}, {origin === undefined ? 'dropped' : 'recorded'} {dateTimeFormat(droppedAtMs)},
          sha-256 {shortSha256(sha256)}
        </Text>
      </div>
      <Stack direction="row" gap={0.5} alignItems="center">
        <IconButton
          name="download-alt"
          tooltip="Save the original file"
          aria-label={labels.saveCapture(name)}
          onClick={() => attempt(save(store, capture))}
        />
        <IconButton
          name="link"
          tooltip={
            canEmbed
              ? `Embed in the query: ${formatBytes(sizeBytes)} travel with the dashboard, and every viewer sees them; links from tables lead on only where the browser has the file, too`
              : `Too large to travel with a dashboard: at most ${formatBytes(maxEmbeddedBytes)}`
          }
          aria-label={labels.embedCapture(name)}
          disabled={!canEmbed}
          onClick={() =>
            attempt(
              fileOf(store, capture)
                .then((file) => embed(name, file))
                .then((ref) => onEmbed(capture, ref)),
            )
          }
        />
        <ConfirmButton
          size="sm"
          confirmText="Remove"
          confirmVariant="destructive"
          closeOnConfirm
          onConfirm={() => attempt(store.delete(sha256))}
        >
          <Button size="sm" variant="secondary" fill="text" aria-label={labels.removeCapture(name)}>
            Remove
          </Button>
        </ConfirmButton>
      </Stack>
    </div>
  );
}

/** A name that counts when the field is left, or with Enter. */
function NameField({ name, onRename }: { readonly name: string; readonly onRename: (name: string) => void }) {
  const [text, setText] = useState<string>();
  const commit = () => {
    setText(undefined);
    if (text !== undefined && text.trim() !== '' && text !== name) {
      onRename(text.trim());
    }
  };
  if (text === undefined) {
    return (
      <Button
        variant="secondary"
        fill="text"
        size="sm"
        icon="pen"
        tooltip="Rename"
        aria-label={labels.renameCapture(name)}
        onClick={() => setText(name)}
      >
        {name}
      </Button>
    );
  }
  return (
    <Input
      autoFocus
      aria-label={labels.renameCapture(name)}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          commit();
        } else if (event.key === 'Escape') {
          event.stopPropagation();
          setText(undefined);
        }
      }}
    />
  );
}

async function fileOf(store: CaptureStore, { sha256, name }: StoredCapture): Promise<Blob> {
  const file = await store.file(sha256);
  if (file === undefined) {
    throw new Error(`${name} was removed, here or in another tab`);
  }
  return file;
}

/** Saves the bytes as they were dropped. */
async function save(store: CaptureStore, capture: StoredCapture): Promise<void> {
  const url = URL.createObjectURL(await fileOf(store, capture));
  const link = document.createElement('a');
  link.href = url;
  link.download = capture.name;
  link.click();
  // The browser has begun to save by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function getStyles(theme: GrafanaTheme2) {
  return {
    row: css({
      display: 'flex',
      justifyContent: 'space-between',
      alignItems: 'center',
      gap: theme.spacing(1),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      paddingBottom: theme.spacing(1),
    }),
    texts: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  };
}
