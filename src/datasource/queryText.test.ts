import { parseSha256 } from '../capture';
import { formatQueryText, readQueryText, unknownMembers } from './queryText';
import type { GclensQuery } from './types';

const plain: GclensQuery = { refId: 'B', version: 1, view: 'flame', captures: [{ by: 'sample' }] };
const full: GclensQuery = {
  refId: 'B',
  hide: false,
  datasource: { uid: 'gclens' },
  version: 1,
  view: 'compare',
  captures: [
    { by: 'sha256', sha256: parseSha256('ab'.repeat(32))!, name: 'trace.out' },
    { by: 'latest' },
    { by: 'embedded', name: 'cpu.pprof', data: 'AAAA' },
    { by: 'live', profiles: ['profile', 'trace'], seconds: 5, path: '/flight', method: 'POST' },
    { by: 'url', path: 'a/b.out' },
  ],
  baseline: [{ by: 'store', glob: '{service}/*', pick: 'range', labels: { service: '$service' } }],
  selector: '{map_op=~"$op"}',
  query: '47',
  sampleType: 'cpu',
  cycle: 3,
  focus: 'mapiter',
  maxNodes: 20,
  limit: 5,
  timeUnit: 'stretched',
  joinAnyway: true,
};

const problemsOf = (query: unknown) => readQueryText(JSON.stringify(query), plain).problems;

describe('a query as text', () => {
  it.each([plain, full, { ...full, ofTheFuture: { a: [1] } }])('is read back as it was, Grafana’s members too', (query) => {
    expect(readQueryText(formatQueryText(query), query).query).toEqual(query);
  });

  it('does not show what is Grafana’s, and refuses it', () => {
    expect(formatQueryText(full)).not.toMatch(/refId|hide|datasource/);
    expect(problemsOf({ ...plain })).toEqual([{ place: 'line 1, refId', message: expect.stringMatching(/Grafana/), severity: 'error' }]);
  });

  it('keeps members that nobody knows, and says so', () => {
    const { query, problems } = readQueryText('{"view":"flame","captures":[{"by":"sample","x":1}],"selecter":"{}"}', plain);
    expect(query).toMatchObject({ selecter: '{}', captures: [{ by: 'sample', x: 1 }], version: 1, refId: 'B' });
    expect(problems).toEqual([
      { place: 'line 1, captures[0].x', message: expect.stringMatching(/kept, and not used/), severity: 'warning' },
      { place: 'line 1, selecter', message: expect.stringMatching(/is selector meant\?/), severity: 'warning' },
    ]);
    expect(unknownMembers(query!)).toEqual(['selecter']);
  });

  it.each([
    [{ ...full, refId: undefined, hide: undefined, datasource: undefined, cycle: '$cycle' }, undefined],
    [{ view: 'flame' }, ['captures', /is missing/]],
    [{ view: 'flam', captures: [] }, ['view', /"flam" is none of auto, .*; is flame meant\?/]],
    [{ view: 'flame', captures: {} }, ['captures', /is a list/]],
    [{ view: 'flame', captures: ['sample'] }, ['captures[0]', /like {"by": "sample"}/]],
    [{ view: 'flame', captures: [{ by: 'smaple' }] }, ['captures[0].by', /is sample meant\?/]],
    [{ view: 'flame', captures: [{ by: 'sha256', sha256: 'abc' }] }, ['captures[0].sha256', /64 hex digits/]],
    [{ view: 'flame', captures: [{ by: 'live', profiles: ['cpu'] }] }, ['captures[0].profiles[0]', /none of profile, trace/]],
    [{ view: 'flame', captures: [{ by: 'store', pick: 'latest', labels: { a: 1 } }] }, ['captures[0].labels.a', /text in quotes/]],
    [{ view: 'flame', captures: [], cycle: -1 }, ['cycle', /whole number from 0 on, not -1/]],
    [{ view: 'flame', captures: [], selector: 'map_op="x"' }, ['selector', /character 1: .*; is {map_op="x"} meant\?/]],
    [{ view: 'flame', captures: [], version: 2 }, ['version', /is 1/]],
    [{ view: 'flame', captures: [], joinAnyway: 'yes' }, ['joinAnyway', /true or false, not "yes"/]],
    [[], ['', /an object in { }, not \[\]/]],
  ] as const)('%j', (query, problem) => {
    const [path, message] = problem ?? [];
    expect(problemsOf(query)).toEqual(
      problem === undefined
        ? []
        : [{ place: ['line 1', path].filter(Boolean).join(', '), message: expect.stringMatching(message ?? /./), severity: 'error' }],
    );
  });

  it.each([
    ['{\n  "view": "flame",\n  "captures" []\n}', 'line 3, column 14', 'no JSON: a colon is missing'],
    ['{"view": "flame" "captures": []}', 'line 1, column 18', 'no JSON: a comma is missing'],
    ['{"view": flame, "captures": []}', 'line 1, column 10', 'no JSON: this is no value: texts stand in double quotes'],
    ['', 'line 1, column 1', 'no JSON: a value is missing: a text in quotes, a number, true, false, [ ] or { }'],
    [
      '{\n  "view": "flame",\n  "captures": [{"by": "sample"}, {"by": "x"}]\n}',
      'line 3, captures[1].by',
      expect.stringMatching(/"x" is none of/),
    ],
  ])('names the line of a mistake: %j', (text, place, message) => {
    const { query, problems } = readQueryText(text, plain);
    expect(query).toBeUndefined();
    expect(problems[0]).toEqual({ place, message, severity: 'error' });
  });
});
