import { formattedValueToString, getValueFormat } from '@grafana/data';
import { Combobox, type ComboboxOption } from '@grafana/ui';

import type { FoundRequest } from '../requestSearch';

interface Props {
  readonly id: string;
  readonly value: string | undefined;
  /** Whether the view needs one; others show all requests without. */
  readonly isNeeded: boolean;
  /** Requests that a text names; those that paid most to the GC for an empty one. */
  readonly search: (text: string) => Promise<readonly FoundRequest[]>;
  readonly onChange: (request: string | undefined) => void;
}

/** Names a request by what is known of it: an id that is typed, or one out of a list of the captures' requests with duration and GC tax. */
export function RequestField({ id, value, isNeeded, search, onChange }: Props) {
  const options = (text: string): Promise<ComboboxOption[]> =>
    search(text).then(
      (found) => found.map(optionOf),
      // The query itself reports why the captures cannot be read; an id can still be typed.
      () => [],
    );
  return (
    <Combobox
      id={id}
      isClearable
      createCustomValue
      customValueDescription="Use this id"
      prefixIcon="search"
      placeholder={isNeeded ? 'Name, trace id, span id, request id or task id' : 'All requests'}
      noOptionsMessage="No request is known by this; the captures may hold no trace"
      value={value === undefined || value === '' ? null : value}
      options={options}
      onChange={(option) => onChange(option?.value)}
    />
  );
}

function optionOf({ key, name, traceId, durationNs, gcTaxNs }: FoundRequest): ComboboxOption {
  const tax = gcTaxNs === null ? 'GC tax unknown' : `GC tax ${formatNs(gcTaxNs)}${shareText(gcTaxNs, durationNs)}`;
  const trace = traceId === null ? '' : `, trace ${traceId.slice(0, 8)}…`;
  return { value: key, label: `${name} · ${key}`, description: `${formatNs(durationNs)}, ${tax}${trace}` };
}

function shareText(partNs: number, wholeNs: number): string {
  return wholeNs > 0 ? ` (${Math.round((100 * partNs) / wholeNs)} %)` : '';
}

function formatNs(ns: number): string {
  return formattedValueToString(getValueFormat('ns')(ns, 1));
}
