/**
 * The shipped rules are YAML for people; builds take them as TypeScript, so that no page needs a YAML reader: `rules.generated.ts` beside `rules.yaml`, which
 * git does not keep.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { parse } from 'yaml';

const source = fileURLToPath(new URL('../src/correlate/rules/rules.yaml', import.meta.url));
const generated = source.replace(/\.yaml$/, '.generated.ts');

/** Writes the rules anew if they are older than their source or this script. */
export function buildStaleRules() {
  const newestMs = Math.max(...[source, fileURLToPath(import.meta.url)].map((file) => statSync(file).mtimeMs));
  if (existsSync(generated) && statSync(generated).mtimeMs >= newestMs) {
    return;
  }
  const { rules } = parse(readFileSync(source, 'utf8'));
  const lines = [
    '// Made by `npm run build:kernels` from rules.yaml.',
    "import type { RuleSource } from './ruleSource';",
    '',
    `export const shippedRuleSources: readonly RuleSource[] = ${JSON.stringify(rules, null, 2)};`,
  ];
  writeFileSync(generated, `${lines.join('\n')}\n`);
}
