import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

import { JSDOM } from 'jsdom';

import packageJson from '../../package.json';

/**
 * What the plugin catalogue's validator refuses or warns of and what can be told offline; each test names its analyzer. The rest (its network, its virus and
 * language-model passes, the signature) is seen when a release is sent in.
 */
const root = join(__dirname, '../..');
const dist = join(root, 'dist');
const isBuilt = existsSync(join(dist, 'module.js'));
const describeBuilt = isBuilt ? describe : describe.skip;

if (!isBuilt) {
  it.skip('checks the plugin by the rules of the catalogue: dist/ is missing, npm run build makes it', () => undefined);
}

const read = (path: string) => readFileSync(join(dist, path), 'utf8');
const files = isBuilt ? readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : [];
const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(dist.length + 1));

interface PluginJson {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly info: {
    readonly description: string;
    readonly keywords: readonly string[];
    readonly version: string;
    readonly logos: Readonly<Record<string, string>>;
    readonly links: readonly { readonly name: string; readonly url: string }[];
    readonly screenshots: readonly { readonly path: string }[];
  };
  readonly includes: readonly { readonly type: string; readonly path: string }[];
  readonly dependencies: { readonly grafanaDependency: string };
}

const plugin = isBuilt ? (JSON.parse(read('plugin.json')) as PluginJson) : undefined;
const scripts = paths.filter((path) => path.endsWith('.js'));

/** The first bytes of the picture formats that the catalogue takes. */
const signatures: Readonly<Record<string, string>> = {
  '.png': '89504e470d0a1a0a',
  '.jpg': 'ffd8ff',
  '.jpeg': 'ffd8ff',
  '.gif': '474946383',
};

describeBuilt('scripts (code-rules, trackingscripts, llmreview)', () => {
  it.each([
    ['console output', /\bconsole\.(?:log|info|debug|warn|error|trace|dir)\s*\(/],
    ['dialogs', /(?<![.\w$])(?:alert|confirm|prompt)\s*\(/],
    ['a window that it opens without noopener', /\bwindow\.open\s*\(/],
    ['Grafana’s boot data', /grafanaBootData|grafanaRuntime/],
    ['React’s internals', /__SECRET_INTERNALS_DO_NOT_USE|__CLIENT_INTERNALS_DO_NOT_USE|_reactInternals/],
    ['tracking', /google-analytics|googletagmanager|segment\.(?:io|com)\/analytics|mixpanel|hotjar|fullstory/],
    ['code made from text', /(?<![.\w$}])eval\s*\(|\bnew\s+Function\b/],
    ['the topnav switch', /featureToggles\.topnav/],
    ['a storage key of its own outside of its name', /localStorage\.setItem\(\s*["'`](?!gclens)/],
  ])('have no %s', (_, pattern) => {
    expect(scripts.filter((path) => pattern.test(read(path)))).toEqual([]);
  });

  it('hold the worker in themselves: no script but the module and its fallback', () => {
    expect(scripts.sort()).toEqual(['fallback.js', 'module.js']);
    expect(read('module.js')).not.toMatch(/new Worker\(\s*(?:["'`]|new URL)/);
  });
});

describeBuilt('source maps (jsMap)', () => {
  it.each(['module.js', 'fallback.js'])('%s has one, with no source but of src/ and of packages', (path) => {
    expect(read(path)).toMatch(new RegExp(`//# sourceMappingURL=${path.replace('.', '\\.')}\\.map`));
    const { sources } = JSON.parse(read(`${path}.map`)) as { sources: string[] };
    const others = sources.filter(
      (source) => !/^webpack:\/\/gclens-datasource\/(?:\.\/|\.\.\/node_modules\/|webpack\/|external |ignored|amd )/.test(source),
    );
    expect(others).toEqual([]);
  });
});

describeBuilt('plugin.json (metadata, discoverability, typesuffix, org, grafanadependency, restrictivedep, version)', () => {
  it('is named as the catalogue wants it', () => {
    expect(plugin?.id).toMatch(/^[0-9a-z]+-([0-9a-z]+-)?datasource$/);
    expect(plugin?.type).toBe('datasource');
    expect(plugin?.name).not.toMatch(/grafana|plugin|data ?source/i);
  });

  it('can be found: a description and keywords', () => {
    expect(plugin?.info.description.length).toBeGreaterThan(30);
    expect(plugin?.info.keywords.length).toBeGreaterThan(2);
  });

  it('asks for a Grafana from a version on, pre-releases of Grafana Cloud included, and for no single one', () => {
    expect(plugin?.dependencies.grafanaDependency).toMatch(/^>=\d+\.\d+\.0-0$/);
  });

  it('has the version of the package', () => {
    expect(plugin?.info.version).toBe(packageJson.version);
  });

  it('is the only one: no plugin inside of the plugin', () => {
    expect(paths.filter((path) => path.endsWith('plugin.json'))).toEqual(['plugin.json']);
  });

  it('links to https addresses only', () => {
    expect(plugin?.info.links.map(({ url }) => new URL(url).protocol)).toEqual(plugin?.info.links.map(() => 'https:'));
  });

  it('names dashboards that are there, with titles, uids and data source variables or the sample’s uid', () => {
    for (const { type, path } of plugin?.includes ?? []) {
      const dashboard = JSON.parse(read(path)) as { title?: string; uid?: string; id?: number | null };
      expect({ type, ...dashboard }).toMatchObject({
        type: 'dashboard',
        title: expect.stringMatching(/./),
        uid: expect.stringMatching(/^[\w-]+$/),
      });
      expect(dashboard.id ?? null).toBeNull();
    }
  });
});

describeBuilt('pictures (logos, screenshots, unsafesvg)', () => {
  it('are of the type that their names say', () => {
    const pictures = [...Object.values(plugin?.info.logos ?? {}), ...(plugin?.info.screenshots ?? []).map(({ path }) => path)];
    expect(pictures.length).toBeGreaterThan(1);
    for (const path of pictures.filter((picture) => !picture.endsWith('.svg'))) {
      const bytes = readFileSync(join(dist, path));
      expect(bytes.toString('hex', 0, 12).startsWith(signatures[extname(path)] ?? 'no picture format that the catalogue takes')).toBe(true);
    }
  });

  it('of vectors hold shapes only: no script, no event handler, nothing from elsewhere', () => {
    for (const path of paths.filter((picture) => picture.endsWith('.svg'))) {
      const { document } = new JSDOM(read(path), { contentType: 'image/svg+xml' }).window;
      const elements = [...document.querySelectorAll('*')];
      const shapes = new Set([
        'svg',
        'g',
        'path',
        'circle',
        'rect',
        'line',
        'polygon',
        'polyline',
        'ellipse',
        'defs',
        'linearGradient',
        'stop',
        'title',
      ]);
      expect(elements.map(({ localName }) => localName).filter((name) => !shapes.has(name))).toEqual([]);
      const attributes = elements.flatMap((element) => [...element.attributes]);
      expect(attributes.filter(({ name, value }) => /^on|href/i.test(name) || /javascript:|url\(\s*(?!#)/i.test(value))).toEqual([]);
    }
  });
});

describeBuilt('texts (readme, templatereadme, brokenlinks, jargon, changelog, license)', () => {
  const readme = isBuilt ? read('README.md') : '';

  it('has a page of its own, without comments left from a template', () => {
    expect(readme.length).toBeGreaterThan(800);
    expect(readme).not.toMatch(/<!--|This is a template|## Getting started\s+### Frontend/);
  });

  it('has no links or pictures by relative address: the page is shown elsewhere', () => {
    const targets = [...readme.matchAll(/\]\(([^)\s]+)[^)]*\)|(?:src|href)="([^"]+)"/g)].map(([, inline, html]) => inline ?? html ?? '');
    expect(targets.filter((target) => !/^https:\/\/|^#/.test(target))).toEqual([]);
  });

  it('speaks to users: no words of the workshop', () => {
    expect(readme).not.toMatch(/\b(?:yarn|npm|nodejs|node_modules|webpack)\b/i);
  });

  it('has what changed, for this version', () => {
    expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## (?:${packageJson.version.replaceAll('.', '\\.')}|Unreleased)`, 'm'));
  });

  it('has a licence that the catalogue takes, the one of the package', () => {
    expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0/);
    expect(packageJson.license).toBe('Apache-2.0');
  });
});

describe('the repository (buildtools, packagejson, provenance)', () => {
  it('is built by the tools that the catalogue knows', () => {
    expect(readFileSync(join(root, '.config/webpack/webpack.config.ts'), 'utf8')).toContain('@grafana/create-plugin');
  });

  it('releases with an attestation of what was built from what', () => {
    const workflow = readFileSync(join(root, '.github/workflows/release.yaml'), 'utf8');
    expect(workflow).toMatch(/uses: grafana\/plugin-actions\/build-plugin@/);
    expect(workflow).toMatch(/attestation: true/);
    for (const permission of ['id-token', 'contents', 'attestations']) {
      expect(workflow).toMatch(new RegExp(`${permission}: write`));
    }
  });
});
