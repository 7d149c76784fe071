/**
 * Builds the Grafana plugin into dist/. Written by hand, compatible with what @grafana/create-plugin scaffolds: an AMD module that takes
 * Grafana's shared libraries from the host, a source map whose paths are relative to src/, and the files of the catalogue beside it.
 */
import { resolve } from 'node:path';

import CopyPlugin from 'copy-webpack-plugin';
import webpack from 'webpack';

import packageJson from '../../package.json' with { type: 'json' };
import pluginJson from '../../src/plugin.json' with { type: 'json' };
import { FALLBACK_WORKER_SOURCE_ID, WORKER_ENTRY, WORKER_SOURCE_ID } from '../worker-source.mjs';

const root = resolve(import.meta.dirname, '../..');
const source = resolve(root, 'src');

/** The modules that Grafana >= 12.3 shares with plugins and that gclens uses directly or through its libraries. */
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
];

function fillPlaceholders(content: Buffer): string {
  const today = new Date().toISOString().slice(0, 10);
  return content
    .toString()
    .replaceAll('%VERSION%', packageJson.version)
    .replaceAll('%TODAY%', today)
    .replaceAll('%PLUGIN_ID%', pluginJson.id);
}

export default function configure(env: { production?: boolean }): webpack.Configuration {
  const production = env.production === true;
  return {
    mode: production ? 'production' : 'development',
    context: source,
    devtool: 'source-map',
    target: 'web',
    entry: { module: './datasource/module.ts' },
    // The loader's own record of the module: where it was loaded from, and with it where its chunk lies.
    externals: [...hostModules, { 'amd-module': 'module' }],
    module: {
      rules: [
        { resourceQuery: /worker-source/, type: 'asset/source', use: resolve(import.meta.dirname, 'worker-source-loader.mjs') },
        {
          test: /\.tsx?$/,
          resourceQuery: { not: [/worker-source/] },
          exclude: /node_modules/,
          use: {
            loader: 'swc-loader',
            options: {
              jsc: {
                target: 'es2022',
                parser: { syntax: 'typescript', tsx: true },
                transform: { react: { runtime: 'automatic', development: false } },
              },
            },
          },
        },
      ],
    },
    resolve: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
    output: {
      path: resolve(root, 'dist'),
      filename: '[name].js',
      chunkFilename: '[name].js?_cache=[contenthash]',
      clean: true,
      library: { type: 'amd' },
      publicPath: `public/plugins/${pluginJson.id}/`,
      uniqueName: pluginJson.id,
    },
    performance: { hints: false },
    plugins: [
      new webpack.NormalModuleReplacementPlugin(new RegExp(`^${WORKER_SOURCE_ID}$`), `${WORKER_ENTRY}?worker-source`),
      new webpack.NormalModuleReplacementPlugin(new RegExp(`^${FALLBACK_WORKER_SOURCE_ID}$`), `${WORKER_ENTRY}?fallback-worker-source`),
      new CopyPlugin({
        patterns: [
          { from: resolve(source, 'plugin.json'), to: '.', transform: fillPlaceholders },
          { from: resolve(source, 'README.md'), to: '.' },
          { from: resolve(root, 'CHANGELOG.md'), to: '.' },
          { from: resolve(root, 'LICENSE'), to: 'LICENSE', toType: 'file' },
          { from: resolve(source, 'datasource/img'), to: 'img' },
          { from: resolve(source, 'capture/samples'), to: 'samples', filter: (path: string) => !path.endsWith('.md') },
          { from: resolve(root, 'provisioning/dashboards/*.json'), to: 'dashboards/[name][ext]', noErrorOnMissing: true },
        ],
      }),
    ],
  };
}
