import { recordedRange } from './grafana';
import { expect, test } from './silentPage';

const sample = [{ by: 'sample' }];
const testData = { type: 'grafana-testdata-datasource', uid: 'e2e-testdata' };
const gclens = { type: 'gclens-datasource', uid: 'gclens' };

test('GC cycles and stop-the-worlds are marked on a dashboard of another data source', async ({ page, request }) => {
  await request.delete(`/api/datasources/uid/${testData.uid}`);
  await request.post('/api/datasources', { data: { ...testData, name: 'e2e testdata', access: 'proxy' } });
  const dashboard = {
    uid: 'e2e-annotations',
    title: 'e2e annotations',
    schemaVersion: 41,
    time: recordedRange,
    panels: [
      {
        id: 1,
        type: 'timeseries',
        title: 'Requests per second',
        datasource: testData,
        gridPos: { x: 0, y: 0, w: 24, h: 12 },
        targets: [{ refId: 'A', datasource: testData, scenarioId: 'random_walk' }],
      },
    ],
    annotations: {
      list: [
        {
          name: 'GC',
          datasource: gclens,
          enable: true,
          iconColor: 'orange',
          target: { refId: 'Anno', version: 1, view: 'regions', captures: sample, regions: ['cycles', 'stops'] },
        },
      ],
    },
  };
  await request.post('/api/dashboards/db', { data: { dashboard, overwrite: true } });
  await page.goto(`/d/${dashboard.uid}`);
  const markers = page.getByTestId('data-testid annotation-marker');
  await expect(markers.first()).toBeVisible();
  // Eleven cycles, each with two stop-the-worlds at least.
  expect(await markers.count()).toBeGreaterThan(20);
  await request.delete(`/api/dashboards/uid/${dashboard.uid}`);
  await request.delete(`/api/datasources/uid/${testData.uid}`);
});
