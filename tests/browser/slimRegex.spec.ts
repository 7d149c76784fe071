import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, test } from '@playwright/test';
import { build } from 'vite';

import { slimRegexPlugin } from '../../.config/slim-regex-plugin.mjs';
import type { compileRegex } from '../../src/pprof/linearRegex';

const entry = resolve(import.meta.dirname, '../../src/pprof/linearRegex.ts');

/** Expressions for each engine of the library, and texts that are long enough for those which run on long ones only. */
const expressions = [
  'mapaccess',
  '^runtime\\.',
  'mapiternext$',
  '^main\\.handler$',
  'map(access|assign)\\d?(_fast(str|32|64))?',
  '(a|b)*c?d{2,3}e??',
  '(?i)MAPITER.*',
  '\\p{Greek}+|\\pL\\d',
  '[[:alpha:]]+-[^x-z]+',
  '\\bfoo\\b.*\\Bar',
  '(?s)a.b|(?m)^c$',
  '(x+x+)+y',
  '((a{0,20}){0,20})!',
];
const texts = [
  '',
  'runtime.mapaccess1_faststr',
  'main.handler',
  'abcdde',
  'mapIterNext',
  'ΑΒΓ x9',
  'foo-bar foo star',
  'a\nb\nc',
  'x'.repeat(60),
];
const long = [...texts, ...texts.map((text) => `${'ab '.repeat(20_000)}${text}`)];

test('expressions mean the same without the methods that the worker leaves out', async () => {
  const [slim, whole] = await Promise.all([
    load(test.info().outputPath('slim.mjs'), [slimRegexPlugin()]),
    load(test.info().outputPath('whole.mjs'), []),
  ]);
  expect(slim.bytes).toBeLessThan(whole.bytes - 30_000);
  for (const expression of expressions) {
    const [own, expected] = [slim.compile(expression), whole.compile(expression)];
    for (const text of long) {
      expect([expression, own.matches(text), own.matchesWhole(text)]).toEqual([
        expression,
        expected.matches(text),
        expected.matchesWhole(text),
      ]);
    }
  }
  expect(() => slim.compile('a(b')).toThrow(/missing closing/);
});

/** The compiler of expressions, bundled. */
async function load(file: string, plugins: readonly ReturnType<typeof slimRegexPlugin>[]) {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [...plugins],
    build: { write: false, minify: false, target: 'es2022', lib: { entry, formats: ['es'] } },
  });
  const [chunk] = [result].flat().flatMap((built) => ('output' in built ? built.output : []));
  const code = chunk?.type === 'chunk' ? chunk.code : '';
  await writeFile(file, code);
  const module = (await import(pathToFileURL(file).href)) as { compileRegex: typeof compileRegex };
  return { bytes: code.length, compile: module.compileRegex };
}
