import { Button, Dropdown, IconButton, Menu, MultiCombobox, Stack } from '@grafana/ui';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

import { kindNames } from '../../capture';
import type { CaptureRef } from '../../frames';
import { describeCaptureRef, shortSha256 } from '../describeQuery';
import { selectors } from '../selectors';
import { formatBytes } from '../storage';
import type { CaptureStore, StoredCapture } from '../store';
import { EditorField, labelId } from './EditorRow';
import { StoredCaptures } from './StoredCaptures';

/** A way to bring captures in, besides those that are there. */
export interface CaptureWay {
  readonly label: string;
  readonly description?: string;
  readonly icon: 'upload' | 'bolt' | 'folder-open';
  readonly onChoose: () => void;
  /** The way was taken and left: the button that leads to it has the focus again. */
  readonly isBack?: boolean;
}

interface Props {
  readonly refs: readonly CaptureRef[];
  readonly stored: readonly StoredCapture[];
  readonly onChange: (refs: CaptureRef[]) => void;
  /** How captures come in; without it none can be added here. */
  readonly ways?: readonly CaptureWay[];
  /** This browser's store; without it the list of what is kept is not offered. */
  readonly store?: CaptureStore;
  /** Template variables that may name captures, with their `$`. */
  readonly variables?: readonly string[];
  readonly label?: string;
  readonly tooltip?: string;
}

const labels = selectors.queryEditor;
const oneProcess = 'Several captures in one query are files of one process at one moment: a trace and the profile taken with it';

/** Chooses the captures of a query: those of this browser, the newest drop, the sample, and whatever else the query already names. */
export function CapturePicker({
  refs,
  stored,
  onChange,
  ways = [],
  store,
  variables = [],
  label = labels.capturePicker,
  tooltip = oneProcess,
}: Props) {
  const id = useId();
  const [manages, setManages] = useState(false);
  const choices = choicesOf(refs, stored, variables);
  const adds = useRef<HTMLSpanElement>(null);
  const isBack = ways.some((way) => way.isBack === true);
  useEffect(() => {
    if (isBack) {
      adds.current?.querySelector('button')?.focus();
    }
  }, [isBack]);
  return (
    <EditorField label={label} htmlFor={id} tooltip={tooltip} minWidth={320} grow={1}>
      <Stack direction="row" gap={0.5} alignItems="center">
        <Grow>
          <MultiCombobox
            id={id}
            aria-labelledby={labelId(id)}
            placeholder="Choose captures"
            options={choices.map(({ value, label: text, description, group }) => ({ value, label: text, description, group }))}
            value={refs.map(keyOf)}
            onChange={(next) => onChange(next.flatMap(({ value }) => choices.find((choice) => choice.value === value)?.ref ?? []))}
          />
        </Grow>
        <span ref={adds}>
          <AddButton ways={ways} />
        </span>
        {stored.length > 0 && store !== undefined && (
          <IconButton name="database" aria-label={labels.storedCaptures} tooltip={labels.storedCaptures} onClick={() => setManages(true)} />
        )}
      </Stack>
      {manages && store !== undefined && (
        <StoredCaptures
          store={store}
          stored={stored}
          onEmbed={({ sha256 }, embedded) => {
            setManages(false);
            onChange([...refs.filter((ref) => ref.by !== 'sha256' || ref.sha256 !== sha256), embedded].filter(({ by }) => by !== 'sample'));
          }}
          onClose={() => setManages(false)}
        />
      )}
    </EditorField>
  );
}

/** One way is a button, several are a menu. */
function AddButton({ ways }: { readonly ways: readonly CaptureWay[] }) {
  const [only, ...others] = ways;
  if (only === undefined) {
    return null;
  }
  if (others.length === 0) {
    return (
      <Button variant="secondary" icon={only.icon} onClick={only.onChoose}>
        {only.label}
      </Button>
    );
  }
  const menu = (
    <Menu ariaLabel={labels.addCaptures}>
      {ways.map(({ label, description, icon, onChoose }) => (
        <Menu.Item key={label} label={label} description={description} icon={icon} onClick={onChoose} />
      ))}
    </Menu>
  );
  return (
    <Dropdown overlay={menu}>
      <Button variant="secondary" icon="plus" tooltip={labels.addCaptures} aria-label={labels.addCaptures} />
    </Dropdown>
  );
}

function Grow({ children }: { readonly children: ReactNode }) {
  return <div style={{ flex: '1 1 auto', minWidth: 0 }}>{children}</div>;
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
  readonly group: string;
  readonly ref: CaptureRef;
}

/** Everything that can be chosen; what the query names besides comes last, so that it can be left out and chosen again. */
function choicesOf(refs: readonly CaptureRef[], stored: readonly StoredCapture[], variables: readonly string[]): Choice[] {
  const general: Choice[] = [
    choice({ by: 'sample' }, { label: 'Sample capture', description: 'A recorded service, shipped with gclens', group: 'Always there' }),
    choice(
      { by: 'latest' },
      { label: 'Newest drop', description: 'Whatever was added last in the browser that looks', group: 'Always there' },
    ),
  ];
  const ofStore = stored.map(({ sha256, name, kind, sizeBytes }) =>
    choice(
      { by: 'sha256', sha256, name },
      { label: name, description: `${kindNames[kind]}, ${formatBytes(sizeBytes)}, ${shortSha256(sha256)}`, group: 'In this browser' },
    ),
  );
  const ofDashboard = variables.map((variable) =>
    choice({ by: 'variable', variable }, { label: variable, description: 'Whatever the variable names', group: 'Variables' }),
  );
  const known = new Set([...general, ...ofStore, ...ofDashboard].map(({ value }) => value));
  const others = refs
    .filter((ref) => !known.has(keyOf(ref)))
    .map((ref) => choice(ref, { label: describeCaptureRef(ref), group: 'Named by this query' }));
  return [...general, ...ofStore, ...ofDashboard, ...others];
}

function choice(ref: CaptureRef, texts: Omit<Choice, 'value' | 'ref'>): Choice {
  return { value: keyOf(ref), ref, ...texts };
}

/** The same for the same capture: the name that a query gives a file of the store may differ from the store's. */
function keyOf(ref: CaptureRef): string {
  return ref.by === 'sha256' ? ref.sha256 : JSON.stringify(ref);
}
