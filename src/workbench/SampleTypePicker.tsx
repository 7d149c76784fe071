import type { DataFrame } from '@grafana/data';
import { Combobox } from '@grafana/ui';
import { memo, useMemo } from 'react';

import { sampleTypeOption } from '../datasource';
import { useKept } from './useKept';

interface Props {
  /** Its meta says what is shown, and what else can be, unless the view knows that whatever the captures hold. */
  readonly frame: DataFrame | undefined;
  readonly known?: readonly string[];
  /** Of the known ones; '' for what the view shows unasked. */
  readonly chosen?: string;
  readonly onChange: (sampleType: string) => void;
}

/** Chooses what the samples of a frame are weighed by. */
export function SampleTypePicker({ frame, known, chosen = '', onChange }: Props) {
  const types = useKept(known === undefined ? textsIn(frame?.meta?.custom?.['sampleTypes']) : ['', ...known], haveSameTexts);
  return <Picker types={types} shown={known === undefined ? frame?.meta?.custom?.['sampleType'] : chosen} onChange={onChange} />;
}

const unasked = { value: '', label: 'as usual' };

interface PickerProps extends Pick<Props, 'onChange'> {
  readonly types: readonly string[];
  readonly shown: unknown;
}

const Picker = memo(function Picker({ types, shown, onChange }: PickerProps) {
  const options = useMemo(() => types.map((type) => (type === '' ? unasked : sampleTypeOption(type))), [types]);
  return (
    <Combobox
      aria-label="Sample type"
      width={18}
      options={options}
      value={typeof shown === 'string' ? shown : null}
      placeholder="sample type"
      onChange={({ value }) => {
        onChange(value);
      }}
    />
  );
});

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function haveSameTexts(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((text, n) => text === others[n]);
}
