import type { Field, Frame } from './frame';

/** A frame as Grafana's `dataFrameToJSON` gives it: the schema apart from the values. */
export interface FrameJson {
  readonly schema: Pick<Frame, 'refId' | 'name' | 'meta'> & { readonly fields: readonly Omit<Field, 'values' | 'nanos'>[] };
  readonly data: { readonly values: readonly unknown[][]; readonly nanos?: readonly (readonly number[] | null)[] };
}

/** The same as `dataFrameToJSON` of @grafana/data, which a shell should not have to load. */
export function frameToJson({ refId, meta, name, fields }: Frame): FrameJson {
  const hasNanos = fields.some(({ nanos }) => nanos !== undefined);
  return {
    schema: {
      refId,
      ...(meta === undefined ? {} : { meta }),
      ...(name === undefined ? {} : { name }),
      fields: fields.map(({ name: fieldName, type, config, labels }) => ({
        name: fieldName,
        type,
        config,
        ...(labels === undefined ? {} : { labels }),
      })),
    },
    data: {
      values: fields.map(({ values }) => values),
      ...(hasNanos ? { nanos: fields.map(({ nanos }) => nanos ?? null) } : {}),
    },
  };
}
