import { resolve } from 'node:path';

import { expect, fixtures, openPage, test } from './page';

const noCapture = resolve(fixtures, 'services/go1.26-datadog', 'facts.json');

test.use({ files: [noCapture] });

test('files that cannot be read are told from the sample below, until others are opened', async ({ page, server }) => {
  await openPage(page, server);
  const alerts = page.getByRole('alert').filter({ hasText: /facts\.json|None of the files/ });
  await expect(alerts).toHaveCount(2);
  await expect(alerts.filter({ hasText: 'None of the files' })).toContainText('Below is the bundled sample');
  await page.getByTestId('file picker').setInputFiles(resolve(fixtures, 'services/go1.26-datadog', 'cpu.pprof'));
  await expect(page.getByRole('banner')).toContainText('cpu.pprof');
  await expect(alerts).toHaveCount(0);
});
