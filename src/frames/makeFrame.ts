import type { Field, Frame, FrameMeta, FrameNotice } from './frame';

/** A frame without what all frames of an answer share: refId and length. */
export interface FrameDraft {
  readonly name?: string;
  readonly meta?: FrameMeta;
  /** Columns of equal length. */
  readonly fields: Field[];
  /** What a reader of this frame must know. */
  readonly notices?: readonly Readonly<FrameNotice>[];
}

/**
 * Frames from drafts, in their order; a notice that several have is shown once.
 * @param common notices of the whole answer; the first frame carries them
 */
export function makeFrames(refId: string, drafts: readonly FrameDraft[], common: readonly Readonly<FrameNotice>[]): Frame[] {
  const seen = new Set<string>();
  return drafts.map(({ name, meta, fields, notices = [] }, position) => {
    const unseen: readonly Readonly<FrameNotice>[] = [...notices, ...(position === 0 ? common : [])].filter(({ text }) => !seen.has(text));
    unseen.forEach(({ text }) => seen.add(text));
    return {
      refId,
      ...(name === undefined ? {} : { name }),
      meta: { ...meta, ...(unseen.length === 0 ? {} : { notices: unseen.map((notice) => ({ ...notice })) }) },
      fields,
      length: fields[0]?.values.length ?? 0,
    };
  });
}

/** How Grafana shows a column; what it knows of more is in `custom`. */
export interface FieldConfig {
  /** Title where the name is not one. */
  readonly displayName?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly color?: { readonly mode: 'fixed'; readonly fixedColor: string };
  readonly links?: readonly object[];
  /** Offers to filter by a cell's value: for columns that selectors know. */
  readonly filterable?: boolean;
  readonly mappings?: readonly object[];
  readonly custom?: Readonly<Record<string, unknown>>;
}

export function numberField(name: string, values: readonly (number | null)[], config: FieldConfig = {}): Field {
  return { name, type: 'number', config: { ...config }, values: [...values] };
}

export function stringField(name: string, values: readonly (string | null)[], config: FieldConfig = {}): Field {
  return { name, type: 'string', config: { ...config }, values: [...values] };
}

export function booleanField(name: string, values: readonly boolean[], config: FieldConfig = {}): Field {
  return { name, type: 'boolean', config: { ...config }, values: [...values] };
}

/** A column of objects or lists. */
export function otherField(name: string, values: readonly unknown[], config: FieldConfig = {}): Field {
  return { name, type: 'other', config: { ...config }, values: [...values] };
}

/** Milliseconds of Grafana's time axis, with fractions where nothing joins the column with others. */
export function timeField(name: string, values: readonly number[], config: FieldConfig = {}): Field {
  return { name, type: 'time', config: { ...config }, values: [...values] };
}
