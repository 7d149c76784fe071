import { resolve } from 'node:path';

import { expect, fixtures, openPage, test } from './page';

test.use({ files: [resolve(fixtures, 'cases/growth', 'trace.out.gz')] });

test('growing maps are drawn over time beside GC cycles, with the lines that grow them below', async ({ page, server }) => {
  await openPage(page, server, '#view=mapGrowth');
  const growth = page.getByRole('region', { name: 'Map growth', exact: true });
  await expect(growth.getByTestId('timeline').locator('canvas')).toBeVisible();
  await expect(growth).toContainText('entries');
  await expect(growth).toContainText('room');
  await expect(growth.locator('tbody tr').first()).toBeVisible();
});
