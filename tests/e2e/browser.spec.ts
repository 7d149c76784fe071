import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DataSources, exploreUrl } from './grafana';
import { recorded } from './servers';
import { expect, test } from './silentPage';

const trace = { name: 'trace.out', mimeType: 'application/octet-stream', buffer: readFileSync(join(recorded, 'trace.out')) };

test('two tabs share what is dropped and removed, and the keyboard does it', async ({ page, context, request }) => {
  const sources = new DataSources(request);
  const uid = await sources.create({ name: 'tabs', type: 'gclens-datasource' });
  const address = exploreUrl({ uid }, { version: 1, view: 'requests', captures: [{ by: 'sample' }] });
  await page.goto(address);
  const other = await context.newPage();
  await other.goto(address);
  await page.getByRole('button', { name: 'Add files' }).press('Enter');
  await expect(page.getByTestId('Drop Go profiles and execution traces here').locator(':focus')).toBeVisible();
  await page.locator('input[type=file]').setInputFiles(trace);
  await expect(page.getByText('GET /range').first()).toBeVisible();
  await other.getByRole('button', { name: 'Captures in this browser' }).press('Enter');
  await other.getByRole('button', { name: 'Remove trace.out from this browser' }).press('Enter');
  await other.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
  await expect(other.getByRole('button', { name: 'Rename trace.out' })).toBeHidden();
  await expect(page.getByText('A capture is not in this browser')).toBeVisible();
  await other.close();
  await sources.removeAll();
});

test('every stop of the Tab key in the query editor has a name and a place', async ({ page, request }) => {
  const sources = new DataSources(request);
  const uid = await sources.create({ name: 'keyboard', type: 'gclens-datasource' });
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'requests', captures: [{ by: 'sample' }] }));
  await page.getByRole('button', { name: 'Questions' }).focus();
  const stops: string[] = [];
  while (stops.at(-1) !== 'Options' && stops.length < 20) {
    await page.keyboard.press('Tab');
    stops.push(await page.locator(':focus').evaluate(nameOf));
  }
  expect(stops.filter((name) => !name.startsWith('About '))).toEqual([
    'Builder',
    'View',
    'Remove Sample capture',
    'Captures',
    'Add files',
    'Request',
    'Selector',
    'Options',
  ]);
  await sources.removeAll();
});

/** What a screen reader says of an element, as far as these have it. */
function nameOf(element: Element): string {
  const by = element.getAttribute('aria-labelledby');
  const label = by === null ? null : document.getElementById(by);
  const labels = element instanceof HTMLInputElement ? element.labels : null;
  return (element.getAttribute('aria-label') ?? label?.textContent ?? labels?.[0]?.textContent ?? element.textContent).trim();
}

test('a page without storage shows what is dropped, and says that it is lost with the page', async ({ page, request }) => {
  const sources = new DataSources(request);
  const uid = await sources.create({ name: 'private', type: 'gclens-datasource' });
  await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
  await page.goto(exploreUrl({ uid }, { version: 1, view: 'requests', captures: [{ by: 'sample' }] }));
  await page.getByRole('button', { name: 'Add files' }).click();
  await page.locator('input[type=file]').setInputFiles(trace);
  await expect(page.getByText(/stays in this page alone, and is lost with it.*leave the private window/)).toBeVisible();
  await expect(page.getByText('GET /range').first()).toBeVisible();
  await sources.removeAll();
});
