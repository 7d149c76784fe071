import { Input } from '@grafana/ui';
import { useState } from 'react';

interface Props {
  readonly label: string;
  /** Called with what was typed when it is complete; undefined: as many as usual. */
  readonly onChange: (count: number | undefined) => void;
}

/** How many there may be of something; empty for as many as usual. */
export function CountField({ label, onChange }: Props) {
  const [text, setText] = useState('');
  const count = Number(text);
  const isCount = Number.isSafeInteger(count) && count > 0;
  const commit = () => {
    if (text === '' || isCount) {
      onChange(isCount ? count : undefined);
    }
  };
  return (
    <Input
      type="number"
      min={1}
      width={14}
      aria-label={label}
      placeholder={label}
      value={text}
      invalid={text !== '' && !isCount}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
      }}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === 'Enter') {
          commit();
        }
      }}
    />
  );
}
