import { DataSources, exploreUrl } from './grafana';
import { type RunningServer, startListing, startTempo } from './servers';
import { expect, test } from './silentPage';
import { followSpanAndBack, traceId } from './spanAndBack';

let listing: RunningServer;
let tempo: RunningServer;
test.beforeAll(async () => {
  [listing, tempo] = await Promise.all([startListing(), startTempo()]);
});
test.afterAll(async () => {
  await Promise.all([listing.stop(), tempo.stop()]);
});

test('a span in Tempo leads to its request in the capture of the store, and back', async ({ page, request }) => {
  const sources = new DataSources(request);
  const tempoUid = await sources.create({ name: 'tempo', type: 'tempo', url: tempo.url });
  const jsonData = { source: 'store', glob: '{service}/{pod}/{time}.*', tracingDatasourceUid: tempoUid };
  const storeUid = await sources.create({ name: 'store', type: 'gclens-datasource', url: listing.url, jsonData });
  await sources.correlate(tempoUid, {
    targetUID: storeUid,
    type: 'query',
    label: 'GC and map work of this span',
    description: 'The request in its capture',
    config: {
      field: 'spanID',
      target: { version: 1, view: 'request', captures: [{ by: 'store', pick: 'latest' }], query: '${__span.spanId}' },
    },
  });
  await page.goto(exploreUrl({ uid: tempoUid, type: 'tempo' }, { queryType: 'traceql', query: traceId }));
  await followSpanAndBack(page, storeUid, tempoUid);
  await sources.removeAll();
});

test('Tempo embeds the flame graph of a span, from the capture of the store', async ({ page, request }) => {
  const sources = new DataSources(request);
  const defaultCaptures = [{ by: 'store', pick: 'latest' }];
  const jsonData = { source: 'store', glob: '{service}/{pod}/{time}.*', defaultCaptures };
  const storeUid = await sources.create({ name: 'store', type: 'gclens-datasource', url: listing.url, jsonData });
  const tracesToProfiles = {
    datasourceUid: storeUid,
    profileTypeId: 'process_cpu:cpu:nanoseconds:cpu:nanoseconds',
    tags: [{ key: 'service.name', value: 'service' }],
  };
  const tempoUid = await sources.create({ name: 'tempo', type: 'tempo', url: tempo.url, jsonData: { tracesToProfiles } });
  await page.goto(exploreUrl({ uid: tempoUid, type: 'tempo' }, { queryType: 'traceql', query: traceId }));
  await page
    .getByText(/GET \/range \(/)
    .first()
    .click();
  await expect(page.getByText(/Flame graph/i).first()).toBeVisible();
  await expect(page.getByText(/samples \(Time\)|Top Table/).first()).toBeVisible();
  await sources.removeAll();
});
