/** What Grafana gives to a plugin, as far as this one asks for it: shared modules by name, and a page around its editors. */
import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import { type DataSourceInstanceSettings, type DataSourcePlugin, PluginType, createTheme, dateTime } from '@grafana/data';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import { PortalContainer } from '@grafana/ui';
import * as grafanaUi from '@grafana/ui';
import * as lodash from 'lodash';
import * as react from 'react';
import * as reactDom from 'react-dom';
import { createRoot } from 'react-dom/client';
import * as jsxRuntime from 'react/jsx-runtime';
import { lastValueFrom } from 'rxjs';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';

import type { GclensDataSource, GclensOptions, GclensQuery } from '../../../src/datasource';

const pluginUrl = 'public/plugins/gclens-datasource';
const sharedModules: Readonly<Record<string, unknown>> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  lodash,
  react,
  'react-dom': reactDom,
  'react/jsx-runtime': jsxRuntime,
  rxjs,
  'rxjs/operators': rxjsOperators,
  module: { uri: new URL(`${pluginUrl}/module.js`, document.baseURI).href },
};

type Plugin = DataSourcePlugin<GclensDataSource, GclensQuery, GclensOptions>;

declare global {
  interface Window {
    define?: (imports: readonly string[], factory: (...modules: unknown[]) => { plugin: Plugin }) => void;
    /** Asks the data source as a panel would; resolves with what a user would see of the answer. */
    askPlugin?: (view: GclensQuery['view']) => Promise<unknown>;
  }
}

/** As Grafana's loader does for plugins that come with the server: a script element that calls `define`. */
function loadPlugin(): Promise<Plugin> {
  return new Promise((loaded, failed) => {
    window.define = (imports, factory) => {
      const missing = imports.filter((name) => !(name in sharedModules));
      if (missing.length > 0) {
        failed(new Error(`the plugin asks for ${missing.join(', ')}`));
      } else {
        loaded(factory(...imports.map((name) => sharedModules[name])).plugin);
      }
    };
    const script = document.createElement('script');
    script.src = `${pluginUrl}/module.js`;
    script.onerror = () => failed(new Error('module.js could not be loaded'));
    document.head.append(script);
  });
}

const settings: DataSourceInstanceSettings<GclensOptions> = {
  id: 1,
  uid: 'gclens',
  type: 'gclens-datasource',
  name: 'gclens',
  access: 'proxy',
  readOnly: false,
  url: '/api/datasources/proxy/uid/gclens',
  jsonData: {},
  meta: {
    id: 'gclens-datasource',
    name: 'gclens',
    type: PluginType.datasource,
    module: `${pluginUrl}/module.js`,
    baseUrl: pluginUrl,
    info: { author: { name: '' }, description: '', links: [], logos: { small: '', large: '' }, screenshots: [], updated: '', version: '' },
  },
};

function ask(datasource: GclensDataSource, view: GclensQuery['view']): Promise<unknown> {
  const from = dateTime(0);
  const to = dateTime(Date.now());
  const request: grafanaData.DataQueryRequest<GclensQuery> = {
    requestId: view,
    app: 'dashboard',
    interval: '1s',
    intervalMs: 1000,
    range: { from, to, raw: { from, to } },
    scopedVars: {},
    startTime: 0,
    timezone: 'utc',
    targets: [{ refId: 'A', version: 1, view, captures: [{ by: 'sample' }] }],
  };
  return lastValueFrom(datasource.query(request)).then(({ data, errors, state }) => ({
    state,
    errors,
    rows: data.map(({ length }: { length: number }) => length),
    notices: data.flatMap(({ meta }: grafanaData.DataFrame) => meta?.notices ?? []).map(({ text }) => text),
  }));
}

function Host({ plugin, datasource }: { readonly plugin: Plugin; readonly datasource: GclensDataSource }) {
  const [query, setQuery] = react.useState<GclensQuery>({ refId: 'A', version: 1, view: 'requests', captures: [{ by: 'sample' }] });
  const [options, setOptions] = react.useState(() => ({ ...configSettings }));
  const { QueryEditor, ConfigEditor } = plugin.components;
  return (
    <grafanaData.ThemeContext.Provider value={createTheme()}>
      <PortalContainer />
      <section aria-label="Query editor">
        {QueryEditor && <QueryEditor datasource={datasource} query={query} onChange={setQuery} onRunQuery={() => undefined} />}
      </section>
      <section aria-label="Config editor">{ConfigEditor && <ConfigEditor options={options} onOptionsChange={setOptions} />}</section>
      <p>React {react.version}</p>
    </grafanaData.ThemeContext.Provider>
  );
}

const configSettings: grafanaData.DataSourceSettings<GclensOptions> = {
  id: 1,
  uid: 'gclens',
  orgId: 1,
  name: 'gclens',
  typeLogoUrl: '',
  type: 'gclens-datasource',
  typeName: 'gclens',
  access: 'proxy',
  url: '',
  user: '',
  database: '',
  basicAuth: false,
  basicAuthUser: '',
  isDefault: false,
  jsonData: {},
  secureJsonFields: {},
  readOnly: false,
  withCredentials: false,
};

const templateSrv = {
  replace: (text = '') => text,
  getVariables: () => [],
  containsTemplate: () => false,
  updateTimeRange: () => undefined,
} as grafanaRuntime.TemplateSrv;
grafanaRuntime.setTemplateSrv(templateSrv);
grafanaRuntime.setDataSourceSrv({
  get: () => Promise.reject(new Error('there is no other data source')),
  getList: () => [],
  getInstanceSettings: () => undefined,
  reload: () => undefined,
} as unknown as grafanaRuntime.DataSourceSrv);

const plugin = await loadPlugin();
const datasource = new plugin.DataSourceClass(settings);
window.askPlugin = (view) => ask(datasource, view);
createRoot(document.getElementById('root') ?? document.body).render(<Host plugin={plugin} datasource={datasource} />);
