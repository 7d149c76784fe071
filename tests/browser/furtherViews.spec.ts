import { resolve } from 'node:path';

import { expect, fixtures, openPage, test } from './page';

test.use({ files: [resolve(fixtures, 'services/go1.23-none', 'trace.out')] });

test('further views are chosen by keyboard, drawn, and kept in the link', async ({ page, server }) => {
  await openPage(page, server);
  const area = page.getByRole('region', { name: 'More views' });
  const lanes = area.getByTestId('state-timeline');
  await area.getByRole('tab', { name: 'Mutator utilisation' }).click();
  await expect(area.getByRole('img', { name: /^Minimum mutator utilisation/ })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(area.getByRole('tab', { name: 'Goroutines' })).toBeFocused();
  await expect(lanes.getByRole('listitem').first()).toHaveAccessibleName(/^GC: .*marking/);
  expect(new URL(page.url()).hash).toContain('view=goroutines');
  await page.reload();
  await expect(lanes).toBeVisible();
});

test('a view keeps to the GC cycle that is chosen above', async ({ page, server }) => {
  const { cycle } = await openPage(page, server, '#view=events');
  const events = page.getByRole('region', { name: 'Events', exact: true });
  await expect(events).toContainText('Sync');
  await cycle(1).click();
  await expect(events).toContainText('GC concurrent mark phase');
});

test('what notices speak of can be set: how many, and weighed by what', async ({ page, server }) => {
  await openPage(page, server, '#view=goroutines');
  const lanes = page.getByRole('region', { name: 'Goroutines', exact: true });
  await expect(lanes).toContainText('the limit can be raised');
  const field = lanes.getByRole('spinbutton', { name: 'Limit' });
  await field.fill('3');
  await field.press('Enter');
  await expect(lanes).toContainText(/The 3 of \d+ goroutines/);
  await expect(lanes.getByRole('listitem')).toHaveCount(4);
  await page.getByRole('tab', { name: 'Mutator utilisation' }).click();
  const curve = page.getByRole('region', { name: 'Mutator utilisation', exact: true });
  await curve.getByRole('combobox', { name: 'Sample type' }).click();
  await page.getByRole('option', { name: /go tool trace/ }).click();
  await expect(curve).toContainText('Counted as go tool trace');
});

test('captures are compared with others that this browser keeps, and the link keeps both', async ({ page, server }) => {
  await openPage(page, server, '#view=compare');
  const compare = page.getByRole('region', { name: 'Compare', exact: true });
  await expect(compare).toContainText('Choose what to compare with');
  await compare.getByRole('combobox', { name: 'Compare with' }).click();
  await page.getByRole('option', { name: /^Sample/ }).click();
  await expect(compare.locator('tbody tr').first()).toBeVisible();
  await expect(compare).toContainText('GC cycles');
  expect(new URL(page.url()).hash).toContain('baseline=sample');
});

test('the graph of calls is drawn, and walked by the arrow keys', async ({ page, server }) => {
  await openPage(page, server, '#view=callGraph');
  const area = page.getByRole('region', { name: 'Call graph', exact: true });
  const boxes = area.getByRole('group', { name: /^Graph of calls/ }).getByRole('button');
  const calls = area.getByRole('group', { name: 'calls' }).locator('tbody tr').first();
  const [caller = '', callee = ''] = (await calls.locator('td').allTextContents()).slice(0, 2);
  const boxOf = (name: string) => area.getByTitle(new RegExp(`^${name.replace(/[^\w ]/g, '\\$&')}\\n`));
  await boxOf(caller).click();
  await expect(boxOf(caller)).toHaveAttribute('aria-pressed', 'true');
  await expect(area).toContainText(new RegExp(`${caller.replace(/[^\w ]/g, '\\$&')}: .* cumulative .*Calls `));
  await page.keyboard.press('ArrowDown');
  await expect(boxOf(callee)).toBeFocused();
  await expect(area).toContainText(`Called by ${caller} (`);
  const widthOf = async () => (await boxes.first().boundingBox())?.width ?? 0;
  const before = await widthOf();
  await area.getByRole('button', { name: 'Larger' }).click();
  expect(await widthOf()).toBeGreaterThan(before);
});
