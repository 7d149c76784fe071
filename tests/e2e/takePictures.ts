/** Makes the pictures of the catalogue from a running Grafana: `GRAFANA_URL=http://localhost:3000 npx tsx tests/e2e/takePictures.ts`. */
import { resolve } from 'node:path';

import { chromium } from '@playwright/test';

import { chromiumOptions } from '../../.config/chromium';

const url = process.env['GRAFANA_URL'] ?? 'http://localhost:3000';
const pictures = {
  dashboard: '/d/gclens-gc-map?kiosk',
  requests: '/d/gclens-request-tax?kiosk',
  compare: '/d/gclens-compare?kiosk',
};
const browser = await chromium.launch(chromiumOptions);
const page = await browser.newPage({ viewport: { width: 1500, height: 1600 } });
for (const [name, path] of Object.entries(pictures)) {
  await page.goto(new URL(path, url).href);
  await page.locator('.uplot canvas').first().waitFor();
  await page.waitForLoadState('networkidle');
  // The last frame of what is animated.
  await page.waitForTimeout(3000);
  await page.screenshot({ path: resolve(import.meta.dirname, `../../src/datasource/img/${name}.png`) });
}
await browser.close();
