import { DataFrameView, type DataFrame, type Field, FieldType, type TraceSpanRow } from '@grafana/data';

/**
 * What Grafana's panels do with frames, as far as it can go wrong (packages/grafana-flamegraph/src/FlameGraph/dataTransform.ts,
 * public/app/features/explore/TraceView/utils/transform.ts, plugins/panel/timeseries/plugins/AnnotationsPlugin2.tsx). The panels themselves are not on npm.
 */

export function fieldOf(frame: DataFrame, name: string): Field {
  const field = frame.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    throw new Error(`the frame ${frame.name ?? ''} has no field ${name}; it has ${frame.fields.map((known) => known.name).join(', ')}`);
  }
  return field;
}

/** What holds of every frame: plain arrays of one length, no undefined, refId. */
export function expectPlainFrame(frame: DataFrame): void {
  expect(frame.refId).toBe('A');
  for (const field of frame.fields) {
    expect(Array.isArray(field.values)).toBe(true);
    expect(field.values).toHaveLength(frame.length);
    expect(field.values.every((value) => value !== undefined)).toBe(true);
    if (field.nanos !== undefined) {
      expect(field.nanos).toHaveLength(frame.length);
      expect(field.nanos.every((nanos) => Number.isInteger(nanos) && nanos >= 0 && nanos < 1e6)).toBe(true);
    }
    if (field.type === FieldType.number) {
      expect(field.values.every((value) => value === null || Number.isFinite(value))).toBe(true);
    }
    if (field.type === FieldType.time) {
      expect(field.values.every((value) => value === null || (Number.isFinite(value) && value > 0))).toBe(true);
    }
  }
}

/** A node as the flame graph panel draws it. */
export interface FlameNode {
  readonly label: string;
  readonly value: number;
  readonly self: number;
  readonly children: FlameNode[];
}

/** Reads a nested set as the panel does: one root, rows in depth-first order. */
export function readFlameGraph(frame: DataFrame): FlameNode {
  const [level, value, self, label] = ['level', 'value', 'self', 'label'].map((name) => fieldOf(frame, name)) as [
    Field,
    Field,
    Field,
    Field,
  ];
  expect([level.type, value.type, self.type]).toEqual([FieldType.number, FieldType.number, FieldType.number]);
  expect([FieldType.string, FieldType.enum]).toContain(label.type);
  expect(frame.length).toBeGreaterThan(0);
  const nodes = level.values.map((_: number, row: number): FlameNode => ({
    label: textOf(label, row),
    value: value.values[row],
    self: self.values[row],
    children: [],
  }));
  const path: FlameNode[] = [];
  nodes.forEach((node: FlameNode, row: number) => {
    const depth = level.values[row];
    expect(depth === 0).toBe(row === 0);
    expect(depth).toBeLessThanOrEqual(path.length);
    path.length = depth;
    path[depth - 1]?.children.push(node);
    path.push(node);
  });
  for (const node of nodes) {
    const below = node.children.reduce((sum: number, child: FlameNode) => sum + child.value, 0);
    expect(Math.abs(node.self + below - node.value)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(node.value)));
  }
  return nodes[0]!;
}

function textOf(label: Field, row: number): string {
  if (label.type !== FieldType.enum) {
    return label.values[row];
  }
  const text = label.config.type?.enum?.text?.[label.values[row]];
  expect(typeof text).toBe('string');
  return text ?? '';
}

/** Reads spans as the trace view does: one trace, one root, ids that are unique, times after 1970. */
export function readTraceView(frame: DataFrame): TraceSpanRow[] {
  expect(frame.meta?.preferredVisualisationType).toBe('trace');
  const rows = new DataFrameView<TraceSpanRow>(frame).toArray().map((row) => ({ ...row }));
  const ids = new Set(rows.map(({ spanID }) => spanID));
  expect(ids.size).toBe(rows.length);
  expect(new Set(rows.map(({ traceID }) => traceID)).size).toBe(1);
  expect(rows.filter(({ parentSpanID }) => !parentSpanID)).toHaveLength(1);
  expect(rows[0]?.parentSpanID).toBeFalsy();
  for (const row of rows) {
    expect(row.traceID).toMatch(/^[0-9a-z-]+$/);
    expect(Boolean(row.startTime)).toBe(true);
    expect(row.duration).toBeGreaterThanOrEqual(0);
    expect(row.operationName).not.toBe('');
    expect(row.serviceName).not.toBe('');
    expect(row.parentSpanID ? ids.has(row.parentSpanID) : true).toBe(true);
    // null, unlike a missing field, makes the view throw.
    expect('statusCode' in row ? [0, 1, 2] : [undefined]).toContain(row.statusCode);
    expect(row.serviceTags.every(isKeyValue)).toBe(true);
    expect((row.tags ?? []).every(isKeyValue)).toBe(true);
    expect((row.stackTraces ?? []).every((stack) => typeof stack === 'string')).toBe(true);
    expect((row.logs ?? []).every(({ timestamp, fields }) => timestamp > 0 && fields.every(isKeyValue))).toBe(true);
  }
  return rows;
}

function isKeyValue({ key, value }: { key: string; value?: unknown }): boolean {
  return key !== '' && ['string', 'number', 'boolean'].includes(typeof value);
}

/** Regions of a panel: read by these names, with an end for each. */
export function expectAnnotations(frame: DataFrame): void {
  const [time, timeEnd] = [fieldOf(frame, 'time'), fieldOf(frame, 'timeEnd')];
  expect([time.type, timeEnd.type]).toEqual([FieldType.time, FieldType.time]);
  expect(fieldOf(frame, 'isRegion').values.every((isRegion) => isRegion === true)).toBe(true);
  time.values.forEach((start, row) => {
    expect(timeEnd.values[row]).toBeGreaterThanOrEqual(start);
  });
  for (const name of ['text', 'title', 'color', 'id']) {
    expect(fieldOf(frame, name).values.every((text) => typeof text === 'string' && text !== '')).toBe(true);
  }
  expect(new Set(fieldOf(frame, 'id').values).size).toBe(frame.length);
  expect(fieldOf(frame, 'tags').values.every((tags) => Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'))).toBe(true);
}

/** Series: one time field in rising order, then numbers that a step is drawn from. */
export function expectTimeSeries(frame: DataFrame): void {
  const [time, ...series] = frame.fields;
  expect(time?.type).toBe(FieldType.time);
  expect(time?.values.every((at, row) => row === 0 || at >= time.values[row - 1])).toBe(true);
  expect(time?.values.every((at) => Number.isInteger(at))).toBe(true);
  expect(series.length).toBeGreaterThan(0);
  for (const field of series) {
    expect(field.type).toBe(FieldType.number);
    expect(field.config.unit).toBeDefined();
    expect(field.config.description).toBeDefined();
    expect(field.config.custom).toMatchObject({ lineInterpolation: 'stepAfter' });
  }
}

/** Links of a table: Grafana opens an internal link by the data source's uid, and takes the query as it is. */
export function expectLinks(frame: DataFrame): void {
  for (const link of frame.fields.flatMap((field) => field.config.links ?? [])) {
    expect(link.title).not.toBe('');
    expect(link.internal?.datasourceUid).toBeTruthy();
    expect(link.internal?.query).toBeDefined();
  }
}
