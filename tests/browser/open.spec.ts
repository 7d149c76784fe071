import { resolve } from 'node:path';

import { expect, fixtures, openPage, test } from './page';

const service = resolve(fixtures, 'services/go1.23-none');

test.use({ files: [resolve(service, 'trace.out'), resolve(service, 'cpu.pprof')] });

test('gclens open trace.out cpu.pprof opens the page with these files', async ({ page, server }) => {
  const { flame } = await openPage(page, server);
  await expect(page.getByRole('banner')).toContainText('trace.out + cpu.pprof');
  await expect(page.getByRole('banner')).not.toContainText('Sample');
  await expect(flame).toContainText('cpu of cpu.pprof');
});
