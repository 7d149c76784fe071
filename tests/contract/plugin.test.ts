import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';

import { version } from '../../package.json';

/** The plugin as it is shipped: what Grafana's loader and the catalogue's validator ask of it. */
const root = join(__dirname, '../..');
const dist = join(root, 'dist');
const isBuilt = existsSync(join(dist, 'module.js')) && existsSync(join(dist, 'module.js.map'));

/** Modules that Grafana from 12.3 on gives to plugins. */
const hostModules = [
  '@emotion/css',
  '@emotion/react',
  '@grafana/data',
  '@grafana/data/unstable',
  '@grafana/runtime',
  '@grafana/runtime/unstable',
  '@grafana/ui',
  '@grafana/ui/unstable',
  'i18next',
  'lodash',
  'moment',
  'react',
  'react-dom',
  'react/jsx-dev-runtime',
  'react/jsx-runtime',
  'rxjs',
  'rxjs/operators',
  // No module: where the loader had this one from.
  'module',
];

/** Calls of eval and Function, which a page's CSP may forbid; methods of that name are none. */
const madeCode = /(?<![.\w$}])eval\s*\(|\bnew\s+Function\b|(?<![.\w$])Function\s*\(/;

function readText(path: string): string {
  return readFileSync(join(dist, path), 'utf8');
}

interface PluginJson {
  readonly id: string;
  readonly type: string;
  readonly backend?: boolean;
  readonly info: {
    readonly version: string;
    readonly updated: string;
    readonly logos: Readonly<Record<'small' | 'large', string>>;
    readonly screenshots: readonly { readonly path: string }[];
  };
  readonly includes: readonly { readonly path: string }[];
  readonly dependencies: { readonly grafanaDependency: string };
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
}

interface OwnSource {
  /** Below src/. */
  readonly path: string;
  /** As the source map has it. */
  readonly text: string | undefined;
  /** Undefined when the repository has no such file. */
  readonly repositoryText: string | undefined;
}

function ownSources(): OwnSource[] {
  const { sources, sourcesContent } = JSON.parse(readText('module.js.map')) as SourceMap;
  return sources.flatMap((source, index) => {
    const path = /^webpack:\/\/gclens-datasource\/\.\/(.*)$/.exec(source)?.[1];
    if (path === undefined) {
      return [];
    }
    const file = join(root, 'src', path);
    return [{ path, text: sourcesContent[index], repositoryText: existsSync(file) ? readFileSync(file, 'utf8') : undefined }];
  });
}

function isNewerThanBuild(path: string): boolean {
  const file = join(root, 'src', path);
  return existsSync(file) && statSync(file).mtimeMs > statSync(join(dist, 'module.js.map')).mtimeMs;
}

const describeBuilt = isBuilt ? describe : describe.skip;

if (!isBuilt) {
  it.skip('checks the built plugin: dist/ is missing, npm run build makes it', () => undefined);
}

describeBuilt('module.js', () => {
  /** What `define` is called with. */
  function definitions(): unknown[][] {
    const calls: unknown[][] = [];
    vm.runInNewContext(readText('module.js'), { define: (...args: unknown[]) => calls.push(args) });
    return calls;
  }

  it('is one AMD module that asks for nothing but what Grafana shares', () => {
    const calls = definitions();
    expect(calls).toHaveLength(1);
    const [imports, factory] = calls[0] ?? [];
    expect(hostModules).toEqual(expect.arrayContaining(imports as string[]));
    expect(typeof factory).toBe('function');
  });

  it('makes no code from text, in the page or in the worker', () => {
    expect(readText('module.js')).not.toMatch(madeCode);
  });

  const changed = isBuilt ? ownSources().filter((source) => source.repositoryText !== source.text) : [];
  const isOutdated = changed.some(({ path }) => isNewerThanBuild(path));

  (isOutdated ? it.skip : it)(
    `is made from the files of the repository${isOutdated ? ': dist/ is older, npm run build makes it anew' : ''}`,
    () => {
      expect(ownSources().map(({ path }) => path)).toEqual(expect.arrayContaining(['datasource/module.ts', 'worker/workerDecoder.ts']));
      expect(changed.map(({ path }) => path)).toEqual([]);
    },
  );
});

describeBuilt('plugin.json', () => {
  const plugin = isBuilt ? (JSON.parse(readText('plugin.json')) as PluginJson) : undefined;

  it('names the data source, its version and the Grafana it needs', () => {
    expect(plugin).toMatchObject({ id: 'gclens-datasource', type: 'datasource', dependencies: { grafanaDependency: '>=12.3.0-0' } });
    expect(plugin?.info.version).toBe(version);
    expect(plugin?.info.updated).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('has no part on a server', () => {
    expect(plugin).not.toHaveProperty('backend');
    expect(plugin).not.toHaveProperty('executable');
  });

  it('leaves no placeholder unfilled', () => {
    expect(readText('plugin.json')).not.toMatch(/%[A-Z_]+%/);
  });

  it('names files that are there', () => {
    const { logos, screenshots } = plugin?.info ?? {};
    const named = [...Object.values(logos ?? {}), ...[...(screenshots ?? []), ...(plugin?.includes ?? [])].map(({ path }) => path)];
    expect(named).not.toHaveLength(0);
    expect(named.filter((path) => !existsSync(join(dist, path)))).toEqual([]);
    expect(screenshots).not.toHaveLength(0);
  });
});

describeBuilt('the archive', () => {
  it.each(['README.md', 'CHANGELOG.md', 'LICENSE', 'fallback.js', 'img/logo.svg', 'samples/trace.out', 'samples/cpu.pprof'])(
    'holds %s',
    (path) => {
      expect(statSync(join(dist, path)).size).toBeGreaterThan(0);
    },
  );

  it('holds no tests and no sources', () => {
    const files = readdirSync(dist, { recursive: true }).map(String);
    expect(files.filter((path) => /\.(tsx?|test\.\w+|testing\.\w+)$/.test(path))).toEqual([]);
  });
});
