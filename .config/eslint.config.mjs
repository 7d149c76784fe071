import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The arrows of the house: a folder of src/ and the folders it may import. */
const arrows = {
  base: [],
  capture: ['base'],
  pprof: ['base'],
  gotrace: ['base'],
  runtime: ['base', 'pprof', 'gotrace'],
  correlate: ['base', 'pprof', 'gotrace', 'runtime'],
  frames: ['base', 'capture', 'pprof', 'gotrace', 'runtime', 'correlate'],
  bridge: ['base', 'capture', 'pprof', 'gotrace', 'runtime', 'correlate'],
  worker: ['base', 'capture', 'pprof', 'gotrace', 'runtime', 'correlate', 'frames'],
  datasource: ['base', 'capture', 'worker', 'frames'],
  workbench: ['base', 'capture', 'frames', 'datasource', 'worker'],
  cli: ['base', 'capture', 'pprof', 'gotrace', 'runtime', 'correlate', 'frames', 'bridge', 'worker'],
};

const pureFolders = ['base', 'capture', 'pprof', 'gotrace', 'runtime', 'correlate', 'frames', 'bridge'];

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '**/build', '**/coverage', 'src/maptrace', 'tests/fixtures', 'tests/receivers/otlp-sink'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { boundaries, 'react-hooks': reactHooks },
    settings: {
      'import/resolver': { typescript: { alwaysTryTypes: true } },
      'boundaries/include': ['src/**/*'],
      'boundaries/elements': Object.keys(arrows).map((folder) => ({ type: folder, pattern: `src/${folder}`, mode: 'folder' })),
    },
    rules: {
      ...reactHooks.configs.recommended.rules,
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      'no-new-func': 'error',
      'no-eval': 'error',
      'boundaries/element-types': [
        'error',
        {
          default: 'disallow',
          rules: Object.entries(arrows).map(([from, allow]) => ({ from, allow: [from, ...allow] })),
        },
      ],
      'boundaries/entry-point': [
        'error',
        { default: 'disallow', rules: [{ target: Object.keys(arrows), allow: ['index.ts', 'index.tsx'] }] },
      ],
    },
  },
  {
    files: pureFolders.map((folder) => `src/${folder}/**/*.ts`),
    ignores: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['react', 'react-dom', 'react/*', '@grafana/*', 'rxjs', 'rxjs/*'], message: 'Pure folders know neither React nor Grafana at run time.', allowTypeImports: true },
            { group: ['node:*'], message: 'Pure folders run in browsers too.' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.test.ts', '**/*.test.tsx', 'tests/**/*'], rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'boundaries/entry-point': 'off', 'boundaries/element-types': 'off' } },
);
