import { type DataFrame, DataFrameType, DataTopic, FieldType, createDataFrame } from '@grafana/data';

import type { FieldType as PlainFieldType, Frame } from '../frames';

const fieldTypes: Readonly<Record<PlainFieldType, FieldType>> = {
  time: FieldType.time,
  number: FieldType.number,
  string: FieldType.string,
  boolean: FieldType.boolean,
  other: FieldType.other,
  enum: FieldType.enum,
};

/** A plain frame as Grafana's: the same arrays, with Grafana's own type tags. */
export function toDataFrame(frame: Frame): DataFrame {
  const { dataTopic, type, ...meta } = frame.meta ?? {};
  return {
    ...createDataFrame({
      refId: frame.refId,
      name: frame.name,
      meta: {
        ...meta,
        ...(dataTopic === undefined ? {} : { dataTopic: DataTopic.Annotations }),
        ...(type === undefined ? {} : { type: Object.values(DataFrameType).find((known) => known === type) }),
      },
      fields: frame.fields.map((field) => ({ ...field, type: fieldTypes[field.type] })),
    }),
    length: frame.length,
  };
}
