import { join } from 'node:path';

import { exploreUrl } from './grafana';
import { recorded } from './servers';
import { expect, test } from './silentPage';

const sample = { version: 1, view: 'auto', captures: [{ by: 'sample' }] };
const gclens = { uid: 'gclens' };

test('Explore answers with timeline, tables, flame graph and states at once', async ({ page }) => {
  await page.goto(exploreUrl(gclens, sample));
  await expect(page.locator('.uplot canvas').first()).toBeVisible();
  await expect(page.getByText('Flame graph').first()).toBeVisible();
  await expect(page.getByText('main.rangeCatalog').first()).toBeVisible();
});

test('three clicks lead from Explore to a first picture', async ({ page }) => {
  await page.goto(exploreUrl(gclens, { version: 1, view: 'auto', captures: [] }));
  await page.getByTestId('gclens first run').getByRole('button').first().click();
  await expect(page.locator('.uplot canvas, [role=gridcell], canvas').first()).toBeVisible();
});

test('a dropped file is kept: it answers after a reload', async ({ page }) => {
  await page.goto(exploreUrl(gclens, { version: 1, view: 'auto', captures: [] }));
  await page.locator('[data-testid=dropzone] input').first().setInputFiles(join(recorded, 'trace.out'));
  await expect(page.getByText('GC cycles').first()).toBeVisible();
  await page.goto(exploreUrl(gclens, { version: 1, view: 'requests', captures: [{ by: 'latest' }] }));
  await expect(page.getByText('GET /range').first()).toBeVisible();
});

test('a capture outside of the time range says so, and leads to its time', async ({ page }) => {
  await page.goto(exploreUrl(gclens, { ...sample, view: 'gcMap' }, { from: 'now-1h', to: 'now' }));
  await expect(page.getByText(/outside|not in the time range|lies in/i).first()).toBeVisible();
});

test('the file in which a query believes and that is missing is asked for', async ({ page }) => {
  const missing = { by: 'sha256', sha256: 'ab'.repeat(32), name: 'lost.trace' };
  await page.goto(exploreUrl(gclens, { ...sample, captures: [missing] }));
  await expect(page.getByText(/lost\.trace: not in this browser/).first()).toBeVisible();
  await expect(page.getByTestId('Missing capture')).toBeVisible();
});
