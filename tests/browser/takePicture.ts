/** Makes the README's picture from a running page: `npx tsx tests/browser/takePicture.ts http://127.0.0.1:8420/`. */
import { resolve } from 'node:path';

import { chromium } from '@playwright/test';

import { chromiumOptions } from '../../.config/chromium';

const url = process.argv[2] ?? 'http://127.0.0.1:8420/';
const browser = await chromium.launch(chromiumOptions);
const page = await browser.newPage({ viewport: { width: 1720, height: 1860 }, colorScheme: 'light' });
await page.goto(url);
await page
  .getByRole('region', { name: 'Flame graph' })
  .getByText(/\| .*samples/)
  .waitFor();
await page.evaluate(() => document.fonts.ready);
// The plot's last frame.
await page.waitForTimeout(500);
await page.screenshot({ path: resolve(import.meta.dirname, '../../src/workbench/screenshot.png') });
await browser.close();
