/**
 * `npm run build:sizes`: what the built plugin weighs on the wire, gzipped, against its budget. The worker is one string literal of module.js, by far its
 * longest; it is weighed on its own and module.js without it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { tokenizer } from 'acorn';
import Table from 'cli-table3';

const budgetBytes = 250_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

function weigh(text) {
  return gzipSync(text, { level: 9 }).length;
}

function findLongestLiteral(program) {
  let longest = { start: 0, end: 0 };
  for (const { type, start, end } of tokenizer(program, { ecmaVersion: 'latest' })) {
    if ((type.label === 'string' || type.label === 'template') && end - start > longest.end - longest.start) {
      longest = { start, end };
    }
  }
  return longest;
}

const program = readFileSync(`${dist}module.js`, 'utf8');
const { start, end } = findLongestLiteral(program);
const sizes = [
  { part: 'module.js before the worker', bytes: weigh(program.slice(0, start) + program.slice(end)), budget: budgetBytes },
  { part: 'worker, inlined in module.js', bytes: weigh(program.slice(start, end)), budget: budgetBytes },
  { part: 'fallback.js, loaded only where WASM or workers are forbidden', bytes: weigh(readFileSync(`${dist}fallback.js`)) },
];

const table = new Table({
  head: ['part of the plugin', 'gzipped', 'budget'],
  style: { head: [], border: [] },
  colAligns: ['left', 'right', 'right'],
});
const inKilobytes = (bytes) => (bytes === undefined ? '' : `${(bytes / 1000).toFixed(1)} kB`);
table.push(...sizes.map(({ part, bytes, budget }) => [part, inKilobytes(bytes), inKilobytes(budget)]));
console.log(table.toString());
const heavy = sizes.filter(({ bytes, budget }) => budget !== undefined && bytes > budget);
for (const { part, bytes, budget } of heavy) {
  console.error(`${part}: ${inKilobytes(bytes)} are more than ${inKilobytes(budget)}`);
}
process.exitCode = heavy.length === 0 ? 0 : 1;
