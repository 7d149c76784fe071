import { recordedRange } from './grafana';
import { expectDrawn } from './expectDrawn';
import { test } from './silentPage';

const datasource = { type: 'gclens-datasource', uid: 'gclens' };

/** What draws an answer, and is on none of the provisioned dashboards. */
const types = ['xychart', 'trend', 'gauge', 'bargauge', 'piechart', 'status-history', 'histogram', 'barchart', 'nodeGraph'];

test('panels that ask for nothing in particular draw what the view “auto” answers them with', async ({ page, request }) => {
  const panels = types.map((type, index) => ({
    id: index + 1,
    type,
    title: `auto ${type}`,
    // Otherwise XY charts are taken for those of Grafana before 11.1.
    pluginVersion: '12.3.0',
    datasource,
    gridPos: { x: 8 * (index % 3), y: 8 * Math.floor(index / 3), w: 8, h: 8 },
    targets: [{ refId: 'A', datasource, version: 1, view: 'auto', captures: [{ by: 'sample' }] }],
  }));
  const dashboard = { uid: 'e2e-panels', title: 'e2e panels', schemaVersion: 41, time: recordedRange, panels };
  await request.post('/api/dashboards/db', { data: { dashboard, overwrite: true } });
  await page.goto(`/d/${dashboard.uid}`);
  await expectDrawn(page, panels);
  await request.delete(`/api/dashboards/uid/${dashboard.uid}`);
});
