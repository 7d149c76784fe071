import { exploreUrl } from './grafana';
import { expect, test } from './silentPage';

const gclens = { uid: 'gclens' };
const requests = { version: 1, view: 'requests', captures: [{ by: 'sample' }] };

test('the selector completes labels of the capture, and narrows the answer', async ({ page }) => {
  await page.goto(exploreUrl(gclens, requests));
  await expect(page.getByText('catalog.walk').first()).toBeVisible();
  const selector = page.getByRole('combobox', { name: 'Selector' });
  await selector.click();
  await expect(page.getByRole('option').first()).toBeVisible();
  await selector.fill('{type="GET /range"}');
  await selector.press('Enter');
  await expect(page.getByText('GET /range').first()).toBeVisible();
  await expect(page.getByText('catalog.walk')).toHaveCount(0);
});

test('a mistake in the selector is shown under the field', async ({ page }) => {
  await page.goto(exploreUrl(gclens, { ...requests, selector: '{type "x"}' }));
  await expect(page.getByTestId('gclens selector error')).toContainText('=~');
});

test('builder and code are two sides of one query', async ({ page }) => {
  await page.goto(exploreUrl(gclens, { ...requests, limit: 7 }));
  await page.getByRole('radio', { name: /code/i }).check({ force: true });
  await expect(page.getByText('"limit": 7').or(page.locator('textarea')).first()).toBeVisible();
});

test('a request that is pasted and chosen at once is asked for, and the page lives on', async ({ page }) => {
  await page.goto(exploreUrl(gclens, requests));
  await expect(page.getByText('catalog.walk').first()).toBeVisible();
  const field = page.getByRole('combobox', { name: 'Request' });
  await field.click();
  // All of the text in one event, as pasting gives it.
  await field.fill('silent');
  await page
    .getByRole('option', { name: /GET \/silent-range/ })
    .first()
    .click();
  await expect(field).toHaveValue(/^[0-9a-f]{16}$/);
  await expect(page.getByText('catalog.walk')).toHaveCount(0);
});
