import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { buildJaeger, type RunningJaeger, startJaeger } from '../receivers/jaegerServer';
import { DataSources, exploreUrl } from './grafana';
import { recorded, type RunningServer, startListing } from './servers';
import { expect, test } from './silentPage';
import { followSpanAndBack, traceId } from './spanAndBack';

let listing: RunningServer;
let jaeger: RunningJaeger;
test.beforeAll(async () => {
  // The first build of Jaeger.
  test.setTimeout(900_000);
  const built = buildJaeger();
  test.skip('missing' in built, `Jaeger: ${'missing' in built ? built.missing : ''}`);
  [listing, jaeger] = await Promise.all([startListing(), startJaeger('path' in built ? built.path : '')]);
  const body = readFileSync(join(recorded, 'spans.otlp.json'));
  const sent = await fetch(`${jaeger.otlpUrl}/v1/traces`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  expect(sent.status).toBe(200);
});
test.afterAll(async () => {
  await Promise.all([listing?.stop(), jaeger?.stop()]);
});

/** The correlation that provisioning gives Jaeger, to the store. */
function provisionedCorrelation(): { readonly config: object } {
  interface Provisioned {
    readonly datasources: readonly { readonly type: string; readonly correlations?: readonly { targetUID: string; config: object }[] }[];
  }
  const text = readFileSync(join(import.meta.dirname, '../../provisioning/datasources/tracing.yaml'), 'utf8').replaceAll('$${', '${');
  const { datasources } = parse(text) as Provisioned;
  const correlations = datasources.find(({ type }) => type === 'jaeger')?.correlations ?? [];
  return correlations.find(({ targetUID }) => targetUID === 'gclens-store') ?? { config: {} };
}

test('a span in Jaeger leads to its request in the capture of the store, and back', async ({ page, request }) => {
  const sources = new DataSources(request);
  const jaegerUid = await sources.create({ name: 'jaeger', type: 'jaeger', url: jaeger.queryUrl });
  const jsonData = { source: 'store', glob: '{service}/{pod}/{time}.*', tracingDatasourceUid: jaegerUid };
  const storeUid = await sources.create({ name: 'store', type: 'gclens-datasource', url: listing.url, jsonData });
  await sources.correlate(jaegerUid, { ...provisionedCorrelation(), targetUID: storeUid });
  await page.goto(exploreUrl({ uid: jaegerUid, type: 'jaeger' }, { query: traceId }));
  await followSpanAndBack(page, storeUid, jaegerUid);
  await sources.removeAll();
});
