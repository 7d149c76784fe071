import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig } from '@playwright/test';

import { chromiumOptions } from './chromium';

const url = process.env['GRAFANA_URL'];
if (url === undefined) {
  throw new Error(
    'GRAFANA_URL is not set: start a Grafana with the built plugin and this repository’s provisioning (npm run build && docker compose up), then GRAFANA_URL=http://localhost:3000 npm run e2e:grafana',
  );
}

/** The plugin in a running Grafana, with anonymous administrators or the account admin/admin. */
export default defineConfig<PluginOptions>({
  testDir: '../tests/e2e',
  outputDir: '../build/e2e-results',
  timeout: 300_000,
  expect: { timeout: 60_000 },
  workers: 1,
  reporter: [['list'], ['../tests/e2e/resultsReporter.ts']],
  use: {
    baseURL: url,
    viewport: { width: 1500, height: 1200 },
    provisioningRootDir: 'provisioning',
    trace: 'retain-on-failure',
    launchOptions: chromiumOptions,
  },
});
