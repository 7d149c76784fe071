import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { buildJaeger, type RunningJaeger, startJaeger } from '../receivers/jaegerServer';
import { DataSources, exploreUrl } from './grafana';
import { recorded, type RunningServer, startListing } from './servers';
import { expect, test } from './silentPage';

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

/** A request that paid much, and the trace that the application itself made of it. */
const spanId = 'd6fc093e5bbe5d99';
const traceId = '5781911bf906901654e0bb8a4984335f';

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
  await page.getByText('GET /range').first().click();
  const name = /GC and map work of this span/;
  await page.getByRole('link', { name }).or(page.getByRole('button', { name })).first().click();
  await expect(page.getByText('map.iterate').first()).toBeVisible();
  const requests = { version: 1, view: 'requests', captures: [{ by: 'store', pick: 'latest' }], query: spanId };
  await page.goto(exploreUrl({ uid: storeUid }, requests));
  await page
    .getByRole('link', { name: traceId })
    .or(page.getByRole('button', { name: traceId }))
    .or(page.getByText(traceId))
    .first()
    .click();
  await expect(page).toHaveURL(new RegExp(jaegerUid));
  await expect(page.getByText('shop: GET /range').first()).toBeVisible();
  await sources.removeAll();
});
