import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.cwd(), 'tests/receivers/RESULTS.md');

/** Keeps a result in RESULTS.md in the place of the one with the same heading. @param text Markdown that begins with `# ` and has no other such line */
export function keepResult(text: string): void {
  const [heading = ''] = text.split('\n');
  const sections = existsSync(file) ? readFileSync(file, 'utf8').split(/^(?=# )/m) : [];
  const at = sections.findIndex((section) => section.startsWith(`${heading}\n`));
  const kept = at < 0 ? [...sections, text] : sections.with(at, text);
  writeFileSync(file, `${kept.map((section) => section.trim()).join('\n\n')}\n`);
}
