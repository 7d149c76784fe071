import js from '@eslint/js';
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

const folders = Object.keys(arrows);
const pureFolders = new Set(['base', 'capture', 'pprof', 'gotrace', 'runtime', 'correlate', 'frames', 'bridge']);

function importRules(folder) {
  const forbidden = folders.filter((other) => other !== folder && !arrows[folder].includes(other));
  const patterns = [
    { regex: `^(\\.\\./)+(${folders.join('|')})/.`, message: 'Import what a folder’s index.ts lists, nothing past it.' },
    { regex: '\\.testing$', message: 'Only tests use what is made for tests.' },
    { regex: `^(\\.\\./)+(${forbidden.join('|')})$`, message: `${folder}/ may import only: ${arrows[folder].join(', ') || 'nothing'}.` },
  ];
  if (pureFolders.has(folder)) {
    patterns.push(
      {
        regex: '^(react|react-dom|rxjs|@grafana/[^/]+)($|/)',
        message: 'Pure folders know neither React nor Grafana at run time.',
        allowTypeImports: true,
      },
      { regex: '^node:', message: 'Pure folders run in browsers too.' },
    );
  }
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    // Kernels are AssemblyScript: they share pieces by path and import nothing else.
    ignores: ['**/*.{test,testing}.{ts,tsx}', 'src/*/kernel/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '**/build', '**/coverage', 'src/maptrace', 'tests/fixtures', '**/*.generated.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    plugins: { 'react-hooks': reactHooks },
    rules: {
      // TypeScript knows which names exist.
      'no-undef': 'off',
      'no-console': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
    },
  },
  ...folders.map(importRules),
  // AssemblyScript's decorators stand at methods alone, for this parser.
  { files: ['src/*/kernel/*.ts'], rules: { '@typescript-eslint/no-extraneous-class': 'off' } },
  { files: ['.config/**/*.mjs'], rules: { 'no-console': 'off' } },
  { files: ['**/*.test.{ts,tsx}', 'tests/**/*'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
