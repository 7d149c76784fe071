import { Field, Input } from '@grafana/ui';
import { useId } from 'react';

interface Props {
  readonly label: string;
  readonly description: string;
  readonly unit: string;
  readonly value: number | undefined;
  /** What counts while nothing is set. */
  readonly fallback: number;
  readonly onChange: (value: number | undefined) => void;
}

/** A whole number above 0, or nothing. */
export function NumberSetting({ label, description, unit, value, fallback, onChange }: Props) {
  const id = useId();
  return (
    <Field label={label} htmlFor={id} description={description}>
      <Input
        id={id}
        type="number"
        min={1}
        width={16}
        value={value ?? ''}
        placeholder={String(fallback)}
        suffix={unit}
        onChange={({ currentTarget }) => {
          const next = Math.floor(Number(currentTarget.value));
          onChange(currentTarget.value === '' || !(next >= 1) ? undefined : next);
        }}
      />
    </Field>
  );
}
