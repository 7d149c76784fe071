/**
 * `npm run bench [-- --only trace,pprof,gzip,browser] [-- --goal P2,P5] [-- --input NAME] [-- --write]`: ratios against real peers inside one run, printed as tables.
 * --write keeps them in results.json and RESULTS.md; what was not measured this time stays there as it was.
 */
import { parseArgs } from 'node:util';

import Table from 'cli-table3';

import { measureInBrowser } from './browser';
import { type Absence, compare, type Row } from './compare';
import { type Goal, goals, readersOf } from './goals';
import { type InputName, inputs } from './inputs';
import { judge } from './judge';
import { describeMachine } from './machine';
import { goalCells, goalHead, mergeBrowser, mergeRows, readResults, rowCells, rowHead, writeResults } from './results';

/** Goals by what they are about: the first letter of their number. */
const groups: Readonly<Record<string, (goal: Goal) => boolean>> = {
  trace: ({ id }) => id.startsWith('T') || id.startsWith('F'),
  pprof: ({ id }) => ['P1', 'P2', 'P3', 'P5', 'A1'].includes(id),
  gzip: ({ id }) => id === 'P4',
};

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    goal: { type: 'string' },
    input: { type: 'string', multiple: true },
  },
});
const wanted = values.only?.split(',') ?? [...Object.keys(groups), 'browser'];
const wantedGoals = values.goal?.split(',');
const date = new Date().toISOString().slice(0, 10);

function isWantedInput(name: string): name is InputName {
  return name in inputs && (values.input === undefined || values.input.includes(name));
}

function print(head: readonly string[], cells: readonly (readonly string[])[]): void {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...cells.map((row) => [...row]));
  process.stdout.write(`${table.toString()}\n`);
}

let results = { ...readResults(), machine: describeMachine() };
for (const [group, belongs] of Object.entries(groups)) {
  if (!wanted.includes(group)) {
    continue;
  }
  const goalsOfGroup = goals.filter((goal) => belongs(goal) && (wantedGoals === undefined || wantedGoals.includes(goal.id)));
  const rows: Row[] = [];
  const absences: Absence[] = [];
  for (const input of Object.keys(inputs).filter(isWantedInput)) {
    const readers = readersOf(input, goalsOfGroup);
    if (readers.length > 0) {
      process.stderr.write(`${group}: ${inputs[input].name}\n`);
      const comparison = compare(input, readers);
      rows.push(...comparison.rows);
      absences.push(...comparison.absences);
    }
  }
  print(rowHead, rows.map(rowCells));
  print(goalHead, judge(goalsOfGroup, rows, absences).map(goalCells));
  results = mergeRows(results, rows, absences, date);
  if (values.write) {
    writeResults(results);
  }
}
if (wanted.includes('browser')) {
  const judgements = await measureInBrowser(isWantedInput);
  print(goalHead, judgements.map(goalCells));
  results = mergeBrowser(results, judgements, date);
  if (values.write) {
    writeResults(results);
  }
}
