import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { DataSources, exploreUrl } from './grafana';
import { recorded, type RunningServer, startListing, startShop, startStub } from './servers';
import { expect, test } from './silentPage';

let shop: RunningServer;
let listing: RunningServer;
test.beforeAll(async () => {
  [shop, listing] = await Promise.all([startShop(), startListing()]);
});
test.afterAll(async () => {
  await Promise.all([shop.stop(), listing.stop()]);
});

test('Save & test says which Go program answered, and from where captures come', async ({ page, request, gotoDataSourceConfigPage }) => {
  const sources = new DataSources(request);
  const uid = await sources.create({ name: 'live', type: 'gclens-datasource', url: shop.url, jsonData: { source: 'live' } });
  await gotoDataSourceConfigPage(uid);
  await page.getByRole('button', { name: /save & test|^test$/i }).click();
  await expect(page.getByText(/execution traces in the format of Go 1\.\d+/).first()).toBeVisible();
  await sources.removeAll();
});

test('a running program is captured through the proxy: CPU profile and trace of the same seconds', async ({ page, request }) => {
  const sources = new DataSources(request);
  const uid = await sources.create({ name: 'live', type: 'gclens-datasource', url: shop.url, jsonData: { source: 'live', seconds: 2 } });
  const live = { by: 'live', profiles: ['cpu', 'trace'], seconds: 2 };
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'requests', captures: [live] }, { from: 'now-15m', to: 'now' }));
  await expect(page.getByText(/GET \//).first()).toBeVisible({ timeout: 60_000 });
  await sources.removeAll();
});

test('a directory is listed, and its capture of the time range opened', async ({ page, request }) => {
  const sources = new DataSources(request);
  const jsonData = { source: 'store', glob: '{service}/{pod}/{time}.*' };
  const uid = await sources.create({ name: 'store', type: 'gclens-datasource', url: listing.url, jsonData });
  const store = { by: 'store', pick: 'range', labels: { service: 'shop' } };
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'captures', captures: [store] }));
  await expect(page.getByText('shop-1').first()).toBeVisible();
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'requests', captures: [store] }));
  await expect(page.getByText('GET /range').first()).toBeVisible();
  await sources.removeAll();
});

test('of files whose time no listing tells, those outside of the time range are not loaded', async ({ page, request }) => {
  const far = join(recorded, '../go1.26-datadog/trace.out');
  const untimed = await startListing((folder) => {
    cpSync(join(recorded, 'trace.out'), join(folder, 'near.trace'));
    cpSync(far, join(folder, 'far.trace'));
    writeFileSync(join(folder, 'index.html'), '<title>Directory listing for /</title><a href="near.trace">a</a><a href="far.trace">b</a>');
  });
  const sources = new DataSources(request);
  const uid = await sources.create({ name: 'untimed', type: 'gclens-datasource', url: untimed.url, jsonData: { source: 'store' } });
  const ofFar: (readonly [status: number, bytes: string | undefined])[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/far.trace')) {
      ofFar.push([response.status(), response.headers()['content-length']]);
    }
  });
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'requests', captures: [{ by: 'store', pick: 'range' }] }));
  await expect(page.getByText('GET /range').first()).toBeVisible();
  expect(ofFar[0]).toEqual([206, '16384']);
  expect(ofFar.every(([status]) => status === 206 || status === 304)).toBe(true);
  await untimed.stop();
  await sources.removeAll();
});

test('a secret query parameter is added by Grafana’s server, and no query holds it', async ({ page, request }) => {
  const seen: string[] = [];
  const store = await startStub((url, response) => {
    seen.push(url);
    const files = [{ name: '2026-11-23T11-10-42Z.trace', type: 'file', mtime: 'Mon, 23 Nov 2026 11:10:42 GMT', size: 1 }];
    response.writeHead(url.includes('token=s3cr%2Bet') || url.includes('token=s3cr%2bet') ? 200 : 403).end(JSON.stringify(files));
  });
  const sources = new DataSources(request);
  const uid = await sources.create({
    name: 'token',
    type: 'gclens-datasource',
    url: `${store.url}/captures`,
    jsonData: { source: 'store', secretParameter: 'token' },
    secureJsonData: { secretParameter: 's3cr+et' },
  });
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'captures', captures: [{ by: 'store', pick: 'latest' }] }));
  await expect(page.getByText('2026-11-23T11-10-42Z.trace').first()).toBeVisible();
  expect(seen.every((url) => url.startsWith('/captures/?'))).toBe(true);
  expect(page.url()).not.toContain('s3cr');
  await store.stop();
  await sources.removeAll();
});

test('a WebDAV folder that lists nothing by GET is named, with what to do', async ({ page, request, expectComplaint }) => {
  expectComplaint(/40[45]|Not Found|Not Allowed/);
  const store = await startStub((_, response, method) => {
    response.writeHead(method === 'OPTIONS' ? 200 : 405, { DAV: '1, 2' }).end();
  });
  const sources = new DataSources(request);
  const uid = await sources.create({ name: 'webdav', type: 'gclens-datasource', url: store.url, jsonData: { source: 'store' } });
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'requests', captures: [{ by: 'store', pick: 'latest' }] }));
  await expect(page.getByText(/WebDAV folder that a plain GET does not list.*autoindex on/).first()).toBeVisible();
  await store.stop();
  await sources.removeAll();
});

test('what is no store is named, with what to do', async ({ page, request, expectComplaint }) => {
  // It is asked whether it speaks WebDAV, too.
  expectComplaint(/404|Not Found|405|Method Not Allowed/);
  const sources = new DataSources(request);
  const url = new URL('nothing/', listing.url).href;
  const uid = await sources.create({ name: 'lost', type: 'gclens-datasource', url, jsonData: { source: 'store' } });
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'requests', captures: [{ by: 'store', pick: 'latest' }] }));
  await expect(page.getByText(/404/).first()).toBeVisible();
  await sources.removeAll();
});
