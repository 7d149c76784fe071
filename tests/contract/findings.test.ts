import { frameToJson, migrateQuery, views } from '../../src/frames';
import { createInProcessDecoder } from '../../src/worker';
import { captureFolders, readCaptures } from './captures';
import { fieldOf } from './panels';
import { createDataFrame, type DataFrame, type DataFrameDTO, dataFrameToJSON } from '@grafana/data';

const decoder = createInProcessDecoder();

async function ask(folder: string, names: readonly string[], query: object = {}): Promise<DataFrame> {
  const frames = await decoder.view({
    files: readCaptures(folder, names),
    query: migrateQuery({ version: 1, view: 'findings', ...query }),
    context: { refId: 'A', datasource: { uid: 'gclens', name: 'gclens' } },
  });
  expect(frames).toHaveLength(1);
  const parsed = createDataFrame(frames[0] as DataFrameDTO);
  expect(frameToJson(frames[0]!)).toEqual(dataFrameToJSON(parsed));
  return parsed;
}

describe.each(captureFolders)('findings of %s', (folder) => {
  it('are a table, gravest first, whose links lead to views that exist', async () => {
    const frame = await ask(folder, ['trace.out', 'cpu.pprof', 'heap.pprof']);
    expect(frame.meta?.preferredVisualisationType).toBe('table');
    expect(frame.length).toBeGreaterThan(0);
    const order = ['none', 'critical', 'high', 'medium', 'low', 'info'];
    const severities = fieldOf(frame, 'severity').values.map((severity: string) => order.indexOf(severity));
    expect(severities).toEqual([...severities].sort((a, b) => a - b));
    for (const view of fieldOf(frame, 'view').values.filter((name) => name !== null)) {
      expect(views).toContain(view);
    }
    const [link] = fieldOf(frame, 'evidence').config.links ?? [];
    expect(link?.internal?.query).toMatchObject({ view: '${__data.fields.view}', sampleType: '${__data.fields.sampleType}' });
  });

  it('lead by their links to frames that can be drawn', async () => {
    const frame = await ask(folder, ['trace.out', 'cpu.pprof', 'heap.pprof']);
    const queries = new Set(
      fieldOf(frame, 'view').values.flatMap((view, row) => {
        const [sampleType, selector, query] = ['sampleType', 'selector', 'query'].map((name) => fieldOf(frame, name).values[row]);
        return view === null ? [] : [JSON.stringify({ view, sampleType, selector, query })];
      }),
    );
    for (const query of queries) {
      const frames = await decoder.view({
        files: readCaptures(folder, ['trace.out', 'cpu.pprof', 'heap.pprof']),
        query: migrateQuery({ version: 1, ...(JSON.parse(query) as object) }),
        context: { refId: 'A' },
      });
      expect(frames.length).toBeGreaterThan(0);
      expect(frames[0]!.length).toBeGreaterThan(0);
    }
  });
});

describe('findings', () => {
  it('of a profile alone say what only a trace can tell', async () => {
    expect(fieldOf(await ask('go1.26-traceparent', ['cpu.pprof']), 'rule').values[0]).toBe('collector-cpu');
    const frame = await ask('go1.26-traceparent', ['heap.pprof']);
    expect(fieldOf(frame, 'severity').values[0]).toBe('none');
    expect(fieldOf(frame, 'text').values[0]).toMatch(/can be told by an execution trace only: add one/);
    expect(frame.meta?.custom).toMatchObject({ answer: { headline: expect.stringMatching(/^3 % of the allocated bytes/) } });
    expect((await ask('go1.26-traceparent', ['trace.out'])).meta?.custom).toBeUndefined();
  });

  it('are cut to the limit of the query', async () => {
    expect((await ask('go1.26-traceparent', ['trace.out'], { limit: 2 })).length).toBe(2);
  });
});
