import type { DataFrame } from '@grafana/data';

/** A frame's column by its name; without it as many undefined as the frame has rows. */
export function valuesOf(frame: DataFrame, name: string): readonly unknown[] {
  return frame.fields.find((field) => field.name === name)?.values ?? Array.from({ length: frame.length });
}

/** NaN where there is no number. */
export function numbersOf(frame: DataFrame, name: string): readonly number[] {
  return valuesOf(frame, name).map((value) => (typeof value === 'number' ? value : Number.NaN));
}

/** Empty where there is no text. */
export function textsOf(frame: DataFrame, name: string): readonly string[] {
  return valuesOf(frame, name).map((value) => (value === null || value === undefined ? '' : String(value)));
}
