import type { Locator, Page } from '@playwright/test';

import { DataSources, exploreUrl } from './grafana';
import { type RunningServer, startListing } from './servers';
import { expect, test } from './silentPage';

let listing: RunningServer;
test.beforeAll(async () => {
  listing = await startListing();
});
test.afterAll(() => listing.stop());

/** Goes on with the Tab key until a control has the focus. */
async function tabTo(page: Page, control: Locator, mostStops = 60): Promise<void> {
  await control.waitFor();
  for (let stop = 0; stop < mostStops; stop++) {
    if (await control.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`no stop of the Tab key is ${control}`);
}

test('a query is asked by the keyboard alone: view, request, selector', async ({ page }) => {
  await page.goto(exploreUrl({ uid: 'gclens' }, { version: 1, view: 'findings', captures: [{ by: 'sample' }] }));
  const view = page.getByRole('combobox', { name: 'View' });
  await page.getByRole('button', { name: 'Questions' }).focus();
  await tabTo(page, view);
  await page.keyboard.type('reque');
  await page.keyboard.press('Enter');
  await expect(view).toHaveValue('Requests');
  await expect(page.getByText('catalog.walk').first()).toBeVisible();
  await tabTo(page, page.getByRole('combobox', { name: 'Selector' }));
  await page.keyboard.type('{type="GET /range"}');
  await page.keyboard.press('Enter');
  await expect(page.getByText('catalog.walk')).toHaveCount(0);
  await expect(page.getByText('GET /range').first()).toBeVisible();
  await page.getByRole('button', { name: 'Questions' }).focus();
  await tabTo(page, view);
  await page.keyboard.type('no such view');
  await page.keyboard.press('Escape');
  await expect(view).toHaveValue('Requests');
});

test('a store is configured by the keyboard alone', async ({ page, request, gotoDataSourceConfigPage }) => {
  const sources = new DataSources(request);
  const uid = await sources.create({ name: 'by-keyboard', type: 'gclens-datasource' });
  await gotoDataSourceConfigPage(uid);
  const here = page.getByRole('radio', { name: 'This browser' });
  await tabTo(page, here);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Store of files' })).toBeFocused();
  await tabTo(page, page.getByPlaceholder('http://store:9000/bucket'));
  await page.keyboard.type(listing.url);
  await tabTo(page, page.getByRole('textbox', { name: /^Path pattern/ }), 100);
  await page.keyboard.type('{service}/{pod}/{time}.*');
  await tabTo(page, page.getByRole('button', { name: /save & test|^test$/i }), 100);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/2 files that match/).first()).toBeVisible();
  await sources.removeAll();
});
