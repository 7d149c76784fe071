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
await page.getByTestId('timeline').locator('canvas').waitFor();
// Every answer is there, and what it is shown with.
await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
await page.evaluate(() => document.fonts.ready);
await page.waitForTimeout(2000);
await page.screenshot({ path: resolve(import.meta.dirname, '../../src/workbench/screenshot.png') });
await browser.close();
