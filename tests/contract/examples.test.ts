import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { exampleQuery, examples } from '../../src/datasource/examples';
import { searchRequests } from '../../src/datasource/requestSearch';
import { formatQueryText, readQueryText } from '../../src/datasource/queryText';
import { createInProcessDecoder } from '../../src/worker';

const samples = join(__dirname, '../../src/capture/samples');
const files = ['trace.out', 'cpu.pprof'].map((name) => ({ name, file: new Uint8Array(readFileSync(join(samples, name))) }));
const decoder = createInProcessDecoder();

describe('examples of the query help', () => {
  it.each(examples)('$question is answered by the sample', async (example) => {
    const query = exampleQuery(example);
    const baseline = query.baseline === undefined ? {} : { baseline: files };
    const frames = await decoder.view({ files, ...baseline, query, context: { refId: 'A' } });
    expect(frames[0]?.length).toBeGreaterThan(1);
    expect(frames.flatMap(({ meta }) => meta?.notices ?? []).filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it.each(examples)('$question is a query without mistakes', (example) => {
    const query = exampleQuery(example);
    expect(readQueryText(formatQueryText(query), query)).toEqual({ query, problems: [] });
  });
});

describe('requests of the sample', () => {
  const search = (text: string) =>
    searchRequests(
      (part) => decoder.view({ files, query: { version: 1, view: 'requests', captures: [], ...part }, context: { refId: 'A' } }),
      text,
    );

  it('are found by a part of their name in any case, those that paid most first', async () => {
    const found = await search('RANGE');
    expect(new Set(found.map(({ name }) => name))).toEqual(new Set(['GET /range', 'GET /silent-range']));
    const taxes = found.map(({ gcTaxNs }) => gcTaxNs ?? 0);
    expect(taxes).toEqual([...taxes].sort((a, b) => b - a));
  });

  it.each([
    ['span id', 'd6fc093e5bbe5d99'],
    ['span id in decimal', String(0xd6fc093e5bbe5d99n)],
    ['trace id', '5781911bf906901654e0bb8a4984335f'],
    ['beginning of an id', 'd6fc093e'],
    ['task id', '77'],
  ])('are found by %s', async (_, text) => {
    const [found] = await search(text);
    expect(found).toMatchObject({ key: 'd6fc093e5bbe5d99', name: 'GET /range', durationNs: 1159658304, gcTaxNs: 676564224 });
  });

  it('are listed by what they paid where nothing is typed, and none where nothing is known by the text', async () => {
    const [first, second] = await search('  ');
    expect(first?.gcTaxNs).toBeGreaterThanOrEqual(second?.gcTaxNs ?? Infinity);
    expect(await search('nobody"knows(this')).toEqual([]);
  });
});
