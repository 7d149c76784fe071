import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

/** docker-compose.yaml and provisioning/, as far as they can be told wrong without a container engine. */
const root = join(__dirname, '../..');
const readYaml = (path: string): unknown => parse(readFileSync(join(root, path), 'utf8'), { merge: true });

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, object>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const { services, configs, volumes } = readYaml('docker-compose.yaml') as Compose;
const named = Object.entries(services);

interface Datasource {
  readonly uid: string;
  readonly url?: string;
  readonly jsonData?: Readonly<Record<string, unknown>>;
  readonly correlations?: readonly { readonly targetUID: string; readonly label: string; readonly description: string }[];
}

const datasources = readdirSync(join(root, 'provisioning/datasources')).flatMap(
  (name) => (readYaml(`provisioning/datasources/${name}`) as { datasources: Datasource[] }).datasources,
);

describe('docker-compose.yaml', () => {
  it.each(named)('%s has an image of one version', (_, { image }) => {
    expect(image).toMatch(/^[\w./-]+:(?:v?\d+\.\d+[\w.-]*|\$\{GRAFANA_VERSION:-\d+\.\d+\.\d+\})$/);
  });

  it.each(named)('%s names nothing that is not there', (_, { volumes: mounts = [], configs: files = [], depends_on: others = [] }) => {
    const sources = mounts.map((mount) => mount.split(':')[0] ?? '');
    // dist is made by npm run build.
    expect(sources.filter((path) => path.startsWith('.') && path !== './dist' && !existsSync(join(root, path)))).toEqual([]);
    expect(Object.keys(volumes)).toEqual(expect.arrayContaining(sources.filter((source) => !source.startsWith('.'))));
    expect(Object.keys(configs)).toEqual(expect.arrayContaining(files.map(({ source }) => source)));
    const conditions = Array.isArray(others) ? [] : Object.entries(others as Exclude<typeof others, readonly string[]>);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(Array.isArray(others) ? [...others] : Object.keys(others)));
    for (const [other, { condition }] of conditions) {
      expect(condition === 'service_healthy' ? services[other]?.healthcheck : {}).toBeDefined();
    }
  });

  it('asks for health by addresses, which mean one interface whatever a name resolves to first', () => {
    const asked = named.flatMap(([, { healthcheck }]) => (healthcheck?.test ?? []).filter((word) => word.includes('http:')));
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((word) => !word.includes('http://127.0.0.1:'))).toEqual([]);
  });

  it('asks the shop for health where it answers', () => {
    const { pathname } = new URL(services.shop?.healthcheck?.test.at(-1) ?? '');
    const shop = readFileSync(join(root, 'src/maptrace/example/main.go'), 'utf8');
    const served = [...shop.matchAll(/mux\.Handle(?:Func)?\("([^"]+)"/g)].map(([, path]) => path);
    expect(served).toContain(pathname);
  });

  it('starts workers with options that gclens watch knows', () => {
    const options = (services.worker?.command ?? []).filter((word) => word.startsWith('--'));
    const known = readFileSync(join(root, 'src/cli/watch.ts'), 'utf8');
    expect(options.length).toBeGreaterThan(1);
    expect(options.filter((option) => !known.includes(`'${option} `) && !known.includes(`'${option}'`))).toEqual([]);
  });
});

describe('provisioned data sources', () => {
  it('lead to services of docker-compose.yaml', () => {
    const hosts = datasources.flatMap(({ url }) => (url === undefined ? [] : [new URL(url).hostname]));
    expect(hosts.length).toBeGreaterThan(3);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(hosts));
  });

  it('link to each other by uids that are there', () => {
    const uids = datasources.map(({ uid }) => uid);
    const linked = datasources.flatMap(({ jsonData = {}, correlations = [] }) => [
      ...['tracingDatasourceUid', 'profileDatasourceUid'].flatMap((member) => jsonData[member] ?? []),
      ...correlations.map(({ targetUID }) => targetUID),
    ]);
    expect(uids).toEqual(expect.arrayContaining(linked));
  });

  it('have a label and a description on every correlation: without one Grafana does not start', () => {
    const correlations = datasources.flatMap((source) => source.correlations ?? []);
    expect(correlations.length).toBeGreaterThan(1);
    expect(correlations.filter(({ label, description }) => !label || !description)).toEqual([]);
  });
});

describe('provisioned dashboards', () => {
  interface Panel {
    readonly type: string;
    readonly description?: string;
  }

  const dashboards = readdirSync(join(root, 'provisioning/dashboards'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(join(root, 'provisioning/dashboards', name), 'utf8')) as Dashboard] as const);

  interface Dashboard {
    readonly panels: readonly Panel[];
    readonly links: readonly object[];
    readonly templating: { readonly list: readonly object[] };
  }

  it.each(dashboards)('%s describes every panel, has variables, and links to the others', (_, { panels, links, templating }) => {
    expect(panels.filter(({ description = '' }) => description.length < 10)).toEqual([]);
    expect(templating.list.length).toBeGreaterThan(1);
    expect(links).toContainEqual(expect.objectContaining({ type: 'dashboards', tags: ['gclens'] }));
  });

  it('are all importable from the page of the plugin', () => {
    const { includes } = JSON.parse(readFileSync(join(root, 'src/plugin.json'), 'utf8')) as { includes: { path: string }[] };
    expect(includes.map(({ path }) => path).sort()).toEqual(dashboards.map(([name]) => `dashboards/${name}`).sort());
  });
});
