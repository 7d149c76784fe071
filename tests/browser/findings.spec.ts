import { expect, openPage, test } from './page';

test('shows the gravest findings, opens one by keyboard, and leads to its stacks', async ({ page, server }) => {
  const { flame } = await openPage(page, server);
  const findings = page.getByRole('region', { name: 'Findings', exact: true });
  await expect(findings.locator('summary')).toHaveCount(3);
  const first = findings.locator('summary').first();
  await expect(first).toContainText('Map iteration that allocates drives GC in main.rangeCatalog');
  await first.focus();
  await page.keyboard.press('Enter');
  await expect(findings).toContainText('The iteration is at main.rangeCatalog shop/walks.go:22.');
  await expect(findings).toContainText(/Sure: high, measured in 179 assists/);
  await expect(findings.locator('pre').first()).toBeVisible();
  await expect(findings.locator('pre').first()).toContainText('make([]Row, 0, len(m))');
  await findings.getByRole('button', { name: 'Stacks that assisted the collector: show in the flame graph' }).click();
  await expect(page).toHaveURL(/sampleType=assist/);
  await expect(flame).toContainText('607 GC mark assists');
  await findings.getByRole('button', { name: /^Show all \d+ findings$/ }).click();
  expect(await findings.locator('summary').count()).toBeGreaterThan(10);
});
