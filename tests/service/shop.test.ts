import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSpans } from '../../src/bridge';
import { openCapture } from '../../src/capture';
import { analyzeTrace, answer, toFactsJson } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';
import { decodeProfile, labelValues } from '../../src/pprof';
import { buildShop, recordShop } from './recordShop';

const shop = buildShop();
const describeShop = 'missing' in shop ? describe.skip : describe;

describeShop('missing' in shop ? `the example service (${shop.missing})` : 'the example service, recorded now', () => {
  const source = readFileSync(join(__dirname, '../../src/maptrace/example/shop.go'), 'utf8').split('\n');
  const path = 'path' in shop ? shop.path : '';

  /** Line in shop.go of a text that is there once. */
  const lineOf = (text: string): number => {
    const lines = source.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
    expect(lines).toHaveLength(1);
    return lines[0] ?? 0;
  };

  const record = async (mix: string, seconds: number) => {
    const { trace, cpuProfile } = await recordShop(path, mix, seconds);
    const opened = await openCapture(trace, 'trace.out');
    const profile = await decodeProfile((await openCapture(cpuProfile, 'cpu.pprof')).bytes);
    return { info: opened.info, profile, analyzed: await analyzeTrace(await decodeTrace(opened.bytes), { profile }) };
  };

  it('names the endpoint that walks and the line that allocates, and not the control', async () => {
    const { info, analyzed } = await record('range=1,light=5', 4);
    const { gcCycles, tasks } = toFactsJson(analyzed);
    const walking = lineOf('rows = append(rows, row{name, a.price})');

    // Cycles: most begin where the walk appends.
    const begun = gcCycles.filter(({ trigger }) => trigger === 'heap').map(({ site }) => site);
    const byTheWalk = begun.filter((site) => site === `main.(*shop).serveRange-range1 example/shop.go:${walking}`);
    expect(begun.length).toBeGreaterThan(0);
    expect(byTheWalk.length).toBeGreaterThan(begun.length / 2);

    // Map work: in GET /range alone.
    const spans = [...buildSpans(analyzed, info, { serviceName: 'shop' })];
    const isOwn = ({ attributes }: (typeof spans)[number]): boolean => String(attributes['code.function.name']).startsWith('main.');
    // Now and then a sample meets net/http as it walks the map of a header.
    const walks = spans.filter((span) => span.name === 'map iterate' && isOwn(span));
    expect(walks.length).toBeGreaterThan(0);
    expect(new Set(walks.map(({ attributes }) => attributes['code.function.name']))).toEqual(new Set(['main.(*shop).serveRange']));
    const walkersIds = new Set(tasks.filter(({ type }) => type === 'GET /range').flatMap(({ ids }) => ids.map(({ spanId }) => spanId)));
    expect(walks.every(({ parentSpanContext }) => walkersIds.has(parentSpanContext?.spanId ?? ''))).toBe(true);
    expect(tasks.some(({ type }) => type === 'GET /light')).toBe(true);

    // The answer a reader gets says the same.
    const { headline, details } = answer([{ kind: 'trace', name: info.name, sha256: info.sha256, analyzed }]);
    const text = [headline, ...details].join('\n');
    expect(text).toContain(`example/shop.go:${walking}`);
    expect(text).not.toContain('serveLight');
  }, 120_000);

  it('tells every map case apart, with the map and its entries, and the labels in the profile', async () => {
    const cases = ['range', 'keys', 'pooled', 'snapshot', 'syncmap', 'rwmutex', 'grow', 'delete'];
    const { info, analyzed, profile } = await record([...cases, 'light'].map((name) => `${name}=1`).join(','), 5);
    const work = [...buildSpans(analyzed, info, { serviceName: 'shop' })].filter(
      ({ attributes }) => attributes['gclens.map.evidence'] === 'region' && attributes['gclens.cut.start'] === undefined,
    );
    const seen = new Set(
      work.map(({ name, attributes }) =>
        [attributes['code.function.name'], name, attributes['gclens.map.name'], attributes['gclens.map.entries']].join(' '),
      ),
    );
    expect([...seen].sort()).toEqual([
      'main.(*shop).serveDelete map delete copied 15000',
      'main.(*shop).serveGrow map grow grown 40000',
      'main.(*shop).serveKeys map iterate catalog 200000',
      'main.(*shop).servePooled map iterate catalog 200000',
      'main.(*shop).serveRWMutex map region sessions 30000',
      'main.(*shop).serveRange map iterate catalog 200000',
      'main.(*shop).serveSnapshot map iterate published 200000',
      'main.(*shop).serveSyncMap map iterate concurrent ',
      'main.(*shop).sumPrices map access catalog 200000',
    ]);

    const { logs } = analyzed.facts;
    const categories = new Set(Array.from({ length: logs.length }, (_, row) => logs.at(row)?.category ?? ''));
    expect([...categories]).toEqual(
      expect.arrayContaining(['otel.traceparent', 'http.request_id', 'map_range_start', 'map_range_end', 'map.stats']),
    );
    expect([...labelValues(profile).keys()]).toEqual(expect.arrayContaining(['map_op', 'map_name', 'trace_id', 'span_id']));
  }, 120_000);
});
