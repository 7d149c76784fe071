import { type DataFrame, DataFrameType, DataTopic, FieldType, type QueryResultMetaNotice, createDataFrame } from '@grafana/data';

import type { Field, FieldType as PlainFieldType, Frame, FrameNotice, TimeRangeMs } from '../frames';
import { escapeHtml } from './escapeHtml';

const fieldTypes: Readonly<Record<PlainFieldType, FieldType>> = {
  time: FieldType.time,
  number: FieldType.number,
  string: FieldType.string,
  boolean: FieldType.boolean,
  other: FieldType.other,
  enum: FieldType.enum,
};

/** Where a page with another time range is; undefined where the page has none. */
export type RangeUrl = (range: TimeRangeMs) => string | undefined;

const noUrl: RangeUrl = () => undefined;

/**
 * A plain frame as Grafana's: the same arrays, with Grafana's own type tags. Notices that speak of another time range link to it. Grafana renders the texts of annotations
 * as HTML, so those are escaped.
 */
export function toDataFrame(frame: Frame, rangeUrl = noUrl): DataFrame {
  const { dataTopic, type, notices, ...meta } = frame.meta ?? {};
  const isAnnotation = dataTopic !== undefined;
  return {
    ...createDataFrame({
      refId: frame.refId,
      name: frame.name,
      meta: {
        ...meta,
        ...(notices === undefined ? {} : { notices: notices.map((notice) => linkNotice(notice, rangeUrl)) }),
        ...(isAnnotation ? { dataTopic: DataTopic.Annotations } : {}),
        ...(type === undefined ? {} : { type: Object.values(DataFrameType).find((known) => known === type) }),
      },
      fields: frame.fields.map((field) => ({ ...(isAnnotation ? escapeTexts(field) : field), type: fieldTypes[field.type] })),
    }),
    length: frame.length,
  };
}

function linkNotice({ severity, text, range }: FrameNotice, rangeUrl: RangeUrl): QueryResultMetaNotice {
  const link = range === undefined ? undefined : rangeUrl(range);
  return { severity, text, ...(link === undefined ? {} : { link }) };
}

function escapeTexts(field: Field): Field {
  return field.type === 'string'
    ? { ...field, values: field.values.map((text) => (typeof text === 'string' ? escapeHtml(text) : text)) }
    : field;
}
