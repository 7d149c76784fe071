import type { Page } from '@playwright/test';

import { DataSources, exploreUrl, recordedRange } from './grafana';
import { type RunningServer, startListing, startStub } from './servers';
import { expect, test } from './silentPage';

let listing: RunningServer;
/** Answers as Prometheus and Loki do that have nothing, and with empty messages where Pyroscope is asked. */
let empty: RunningServer;
test.beforeAll(async () => {
  listing = await startListing();
  empty = await startStub((url, response) => {
    if (url.includes('querier.v1')) {
      response.writeHead(200, { 'Content-Type': 'application/proto' }).end();
      return;
    }
    const result = { resultType: url.includes('/loki/') ? 'streams' : 'vector', result: [] };
    const data = /\/query(?:_range)?(?:\?|$)/.test(url) ? result : [];
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status: 'success', data }));
  });
});
test.afterAll(async () => {
  await Promise.all([listing.stop(), empty.stop()]);
});

const foreign = [
  {
    type: 'prometheus',
    query: { expr: 'sum(rate(work_total{service="shop", map_op="iterate", job="x"}[5m]))', instant: true, range: false },
  },
  { type: 'loki', query: { expr: '{service="shop", map_op="iterate", job="x"} |= "slow"', queryType: 'range' } },
  {
    type: 'grafana-pyroscope-datasource',
    query: {
      labelSelector: '{service="shop", map_op="iterate", job="x"}',
      profileTypeId: 'process_cpu:cpu:nanoseconds:cpu:nanoseconds',
      queryType: 'profile',
      groupBy: [],
      spanSelector: [],
    },
  },
];

for (const { type, query } of foreign) {
  test(`switching from ${type} takes the labels over: those of paths pick the capture, those of its content select`, async ({
    page,
    request,
    expectComplaint,
  }) => {
    // What Explore makes of Pyroscope's and of Loki's empty answers.
    expectComplaint(/nestedSetToLevels|Value field missing in data frame/);
    const sources = new DataSources(request);
    const jsonData = { source: 'store', glob: '{service}/{pod}/{time}.*' };
    await sources.create({ name: 'labels', type: 'gclens-datasource', url: listing.url, jsonData });
    const uid = await sources.create({ name: `from ${type}`.replaceAll(' ', '-'), type, url: empty.url });
    await page.goto(exploreUrl({ uid, type }, query, recordedRange));
    await switchTo(page, 'e2e labels');
    await expect(page.getByRole('combobox', { name: 'Selector' })).toHaveValue('{map_op="iterate"}');
    await expect(page.getByText('GET /range').first()).toBeVisible();
    expect(decodeURIComponent(page.url())).toContain('{"by":"store","pick":"range","labels":{"service":"shop"}}');
    if (type === 'prometheus') {
      await switchTo(page, `e2e from-${type}`);
      await expect.poll(() => decodeURIComponent(page.url())).toContain('{service=\\"shop\\", map_op=\\"iterate\\"}');
    }
    await sources.removeAll();
  });
}

/** As a user does it in Explore. */
async function switchTo(page: Page, name: string): Promise<void> {
  await page.getByTestId('data-testid Select a data source').first().click();
  await page.getByTestId('data-testid Select a data source').first().fill(name);
  await page.getByTestId('data-source-card').filter({ hasText: name }).first().click();
}
