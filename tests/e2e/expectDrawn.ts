import type { Page } from '@playwright/test';

import { expect } from './silentPage';

/** A panel of the JSON of a dashboard. */
export interface DrawnPanel {
  readonly type: string;
  readonly title?: string;
}

/** Every panel of a dashboard shows data and no error. */
export async function expectDrawn(page: Page, panels: readonly DrawnPanel[]): Promise<void> {
  await expect(page.getByText('Panel loading bar')).toHaveCount(0);
  for (const panel of panels.filter(({ type }) => !['row', 'text'].includes(type))) {
    const drawn = page.locator(`[data-testid^="data-testid Panel header ${titleStart(panel.title)}"]`).first();
    await drawn.scrollIntoViewIfNeeded();
    await expect(drawn.getByTestId('data-testid Panel status error')).toHaveCount(0);
    await expect(drawn.getByText('No data', { exact: true })).toHaveCount(0);
    const content = drawn.getByTestId('data-testid panel content');
    await expect(content.locator(drawings[panel.type] ?? 'canvas').first()).toBeVisible();
  }
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
  traces: '[data-testid="CanvasSpanGraph"]',
  nodeGraph: 'svg circle',
  xychart: '.uplot canvas',
  'status-history': '.uplot canvas',
  gauge: 'svg path, canvas',
  bargauge: '[data-testid="data-testid Bar gauge value"]',
  piechart: 'svg path',
  logs: ':text-matches("[0-9]+:[0-9]+:[0-9]+")',
  stat: ':text-matches("[0-9]")',
};

/** Up to the first variable, with the space before it: Grafana fills in the rest, and other titles may begin with the same word. */
function titleStart(title = ''): string {
  return title.replace(/\$.*$/, '');
}
