import { type Page, expect, test as base } from '@playwright/test';

import { collectComplaints } from './collectComplaints';
import { buildHost, reacts } from './pluginHost/buildHost';
import { type policies, serveHost } from './pluginHost/serveHost';

/** The built bundle, loaded as Grafana loads it, under both Reacts that Grafana gives to plugins and under its content security policies. */
const test = base.extend<object, { host: { readonly url: string } }>({
  host: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, provide) => {
      await buildHost();
      const { url, stop } = await serveHost();
      await provide({ url });
      await stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

interface Answer {
  readonly state: string;
  readonly errors?: readonly { readonly message: string }[];
  readonly rows: readonly number[];
  readonly notices: readonly string[];
}

/** Opens the host page; everything that its console complains of is collected. */
async function openHost(page: Page, url: string): Promise<string[]> {
  const complaints = collectComplaints(page);
  await page.goto(url);
  await expect(page.getByText(/^React \d/)).toBeVisible();
  return complaints;
}

function ask(page: Page, view: 'requests' | 'flame'): Promise<Answer> {
  return page.evaluate((asked) => (window as unknown as { askPlugin: (view: string) => Promise<Answer> }).askPlugin(asked), view);
}

for (const react of reacts) {
  for (const policy of ['none', 'default'] satisfies (keyof typeof policies)[]) {
    test(`opens its editors and answers under React ${react}, ${policy === 'none' ? 'without a' : 'with Grafana’s default'} security policy`, async ({
      page,
      host,
    }) => {
      const complaints = await openHost(page, `${host.url}/${react}/${policy}/`);
      await expect(page.getByText(new RegExp(`^React ${react}\\.`))).toBeVisible();
      await expect(page.getByRole('region', { name: 'Query editor' }).getByRole('combobox').first()).toBeVisible();
      await expect(page.getByRole('region', { name: 'Config editor' }).getByText('Tracing data source')).toBeVisible();
      const requests = await ask(page, 'requests');
      expect(requests).toMatchObject({ state: 'Done', rows: [expect.any(Number)] });
      expect(requests.rows[0]).toBeGreaterThan(0);
      expect((await ask(page, 'flame')).rows[0]).toBeGreaterThan(1);
      expect(complaints).toEqual([]);
    });
  }
}

test('answers the same where the page forbids WASM', async ({ page, host }) => {
  await openHost(page, `${host.url}/19/default/`);
  const expected = await ask(page, 'requests');
  await openHost(page, `${host.url}/19/withoutWasm/`);
  expect(await ask(page, 'requests')).toEqual(expected);
});

test('decodes in the page where workers are forbidden, and says so', async ({ page, host }) => {
  await openHost(page, `${host.url}/19/none/`);
  const { rows } = await ask(page, 'requests');
  await openHost(page, `${host.url}/19/withoutWorkers/`);
  const answer = await ask(page, 'requests');
  expect(answer.rows).toEqual(rows);
  expect(answer.notices).toEqual(expect.arrayContaining([expect.stringMatching(/policy forbids workers/)]));
});
