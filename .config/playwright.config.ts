import { defineConfig } from '@playwright/test';

import { chromiumOptions } from './chromium';

/** The built page, served by the real `gclens open`, in a real Chromium. Each test file starts servers of its own. */
export default defineConfig({
  testDir: '../tests/browser',
  outputDir: '../build/browser-results',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1,
  reporter: 'line',
  use: {
    viewport: { width: 1400, height: 1000 },
    trace: 'retain-on-failure',
    launchOptions: chromiumOptions,
  },
});
