import { dateTimeFormat, type Field, FieldType, getValueFormat } from '@grafana/data';

/** A value of a field as its unit is read; '' where there is none. */
export function formatCell({ type, config, values, nanos }: Field, row: number): string {
  const value: unknown = values[row];
  if (value === null || value === undefined) {
    return '';
  }
  if (type === FieldType.time && typeof value === 'number') {
    const below = nanos?.[row];
    return `${dateTimeFormat(value, { format: 'HH:mm:ss.SSS' })}${below === undefined ? '' : ` ${String(below).padStart(6, '0')}`}`;
  }
  if (typeof value === 'number') {
    const { text, suffix, prefix } = getValueFormat(config.unit ?? 'none')(value, config.decimals);
    return `${prefix ?? ''}${text}${suffix ?? ''}`;
  }
  return String(value);
}
