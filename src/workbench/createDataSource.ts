import { type DataSourceInstanceSettings, PluginType } from '@grafana/data';

import { GclensDataSource, type GclensOptions } from '../datasource';

/** The data source as Grafana would make it, on a page that has no variables. */
export function createDataSource(): GclensDataSource {
  return new GclensDataSource(settings, {
    templateSrv: {
      replace: (text) => text ?? '',
      getVariables: () => [],
      containsTemplate: () => false,
      updateTimeRange: () => undefined,
    },
  });
}

const settings: DataSourceInstanceSettings<GclensOptions> = {
  id: 1,
  uid: 'gclens',
  type: 'gclens-datasource',
  name: 'gclens',
  access: 'proxy',
  readOnly: true,
  jsonData: {},
  meta: {
    id: 'gclens-datasource',
    name: 'gclens',
    type: PluginType.datasource,
    module: '',
    // The sample's files lie beside the page.
    baseUrl: '.',
    info: {
      author: { name: 'gclens' },
      description: '',
      links: [],
      logos: { small: '', large: '' },
      screenshots: [],
      updated: '',
      version: '',
    },
  },
};
