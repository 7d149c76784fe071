import { FieldType, createDataFrame } from '@grafana/data';

import { buildSpanTree } from './spanTree';

/** Each span as [id, parent, startMs, durationMs]. */
function traceFrame(...spans: [string, string | undefined, number, number][]) {
  return createDataFrame({
    fields: [
      { name: 'spanID', type: FieldType.string, values: spans.map(([id]) => id) },
      { name: 'parentSpanID', type: FieldType.string, values: spans.map(([, parent]) => parent) },
      { name: 'operationName', type: FieldType.string, values: spans.map(([id]) => `work of ${id}`) },
      { name: 'startTime', type: FieldType.number, values: spans.map(([, , start]) => start) },
      { name: 'duration', type: FieldType.number, values: spans.map(([, , , duration]) => duration) },
      { name: 'tags', type: FieldType.other, values: spans.map(([id]) => [{ key: 'gclens.evidence', value: `region of ${id}` }]) },
      { name: 'stackTraces', type: FieldType.other, values: spans.map(([id]) => (id === 'b' ? ['main.walk main.go:7'] : undefined)) },
    ],
  });
}

describe('buildSpanTree', () => {
  it('puts each span below its parent, siblings by their start', () => {
    const rows = buildSpanTree(
      traceFrame(['late', 'root', 30, 5], ['leaf', 'early', 12, 1], ['root', undefined, 10, 50], ['early', 'root', 11, 9]),
    );
    expect(rows.map(({ id, depth }) => [id, depth])).toEqual([
      ['root', 0],
      ['early', 1],
      ['leaf', 2],
      ['late', 1],
    ]);
  });

  it('shows a request whose caller is not in the trace on top', () => {
    expect(buildSpanTree(traceFrame(['request', 'caller elsewhere', 1, 2])).map(({ depth }) => depth)).toEqual([0]);
  });

  it('keeps evidence and stacks', () => {
    const [a, b] = buildSpanTree(traceFrame(['a', undefined, 0.25, 1], ['b', 'a', 0.5, 0.125]));
    expect(a).toMatchObject({ name: 'work of a', startMs: 0.25, tags: [{ key: 'gclens.evidence', value: 'region of a' }], stacks: [] });
    expect(b?.stacks).toEqual(['main.walk main.go:7']);
  });
});
