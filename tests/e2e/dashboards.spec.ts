import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from './silentPage';

const folder = resolve(import.meta.dirname, '../../provisioning/dashboards');

interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const dashboards = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as Dashboard);

for (const { uid, title, panels } of dashboards) {
  test(`${title}: every panel draws its answer`, async ({ page, gotoDashboardPage }) => {
    await gotoDashboardPage({ uid });
    await expect(page.getByText('Panel loading bar')).toHaveCount(0);
    for (const panel of panels.filter(({ type }) => !['row', 'text'].includes(type))) {
      const drawn = page.locator(`[data-testid^="data-testid Panel header ${titleStart(panel.title)}"]`).first();
      await drawn.scrollIntoViewIfNeeded();
      await expect(drawn.getByTestId('data-testid Panel status error')).toHaveCount(0);
      await expect(drawn.getByText('No data', { exact: true })).toHaveCount(0);
      await expect(drawn.locator(drawings[panel.type] ?? 'canvas').first()).toBeVisible();
    }
  });
}

/** What each kind of panel draws its data with. */
const drawings: Readonly<Record<string, string>> = {
  timeseries: '.uplot canvas',
  trend: '.uplot canvas',
  heatmap: '.uplot canvas',
  histogram: '.uplot canvas',
  barchart: '.uplot canvas',
  'state-timeline': '.uplot canvas',
  flamegraph: 'canvas',
  table: '[role=gridcell]',
  traces: '[data-testid*="pan"]',
  nodeGraph: 'svg circle',
  logs: '[data-testid*=log], table, [class*=log]',
  stat: '[data-testid*="value"], svg, canvas',
};

/** Up to the first variable: Grafana fills in the rest. */
function titleStart(title = ''): string {
  return title.replace(/\$.*$/, '').trim();
}
