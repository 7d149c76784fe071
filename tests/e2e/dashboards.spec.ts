import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { type DrawnPanel, expectDrawn } from './expectDrawn';
import { test } from './silentPage';

const folder = resolve(import.meta.dirname, '../../provisioning/dashboards');

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly DrawnPanel[];
}

const dashboards = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as Dashboard);

for (const { uid, title, panels } of dashboards) {
  test(`${title}: every panel draws its answer`, async ({ page, gotoDashboardPage }) => {
    await gotoDashboardPage({ uid });
    await expectDrawn(page, panels);
  });
}
