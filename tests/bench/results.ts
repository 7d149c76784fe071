import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Absence, Row } from './compare';
import { goals } from './goals';
import { inputs } from './inputs';
import { judge, type Judgement } from './judge';
import { here } from './machine';
import { peers } from './peers';

/** Everything measured so far: one part replaces only itself, so that parts can be measured apart. */
export interface Results {
  readonly machine: string;
  readonly rows: readonly (Row & { readonly date: string })[];
  readonly absences: readonly Absence[];
  /** Measured in a browser, already judged. */
  readonly browser: readonly (Judgement & { readonly date: string })[];
}

const file = join(here, 'results.json');

export function readResults(): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : { machine: '', rows: [], absences: [], browser: [] };
}

/** Puts new rows in the place of old ones of the same file and reader. */
export function mergeRows(results: Results, rows: readonly Row[], absences: readonly Absence[], date: string): Results {
  const isNew = ({ input, peer }: Absence | Row): boolean => [...rows, ...absences].some((row) => row.input === input && row.peer === peer);
  return {
    ...results,
    rows: [...results.rows.filter((row) => !isNew(row)), ...rows.map((row) => ({ ...row, date }))],
    absences: [...results.absences.filter((absence) => !isNew(absence)), ...absences],
  };
}

export function mergeBrowser(results: Results, judgements: readonly Judgement[], date: string): Results {
  const isNew = (old: Judgement): boolean =>
    judgements.some(({ id, claim, input }) => old.id === id && old.claim === claim && old.input === input);
  return {
    ...results,
    browser: [...results.browser.filter((old) => !isNew(old)), ...judgements.map((judgement) => ({ ...judgement, date }))],
  };
}

export function writeResults(results: Results): void {
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync(join(here, 'RESULTS.md'), toMarkdown(results));
}

/** Columns of the two tables. */
export const goalHead = ['goal', 'what', 'file', 'measured', 'wanted', 'verdict'];
export const rowHead = ['file', 'reader', 'MB', 'events, samples, bytes or nodes', 'first ms', 'warm ms', 'warm MB/s', 'peak RSS MB'];

export function goalCells({ id, claim, input, measured, goal, verdict }: Judgement): string[] {
  return [id, claim, input, measured, goal, verdict];
}

export function rowCells(row: Row): string[] {
  return [
    inputs[row.input].name,
    peers[row.peer].name,
    row.megabytes.toFixed(2),
    String(row.count),
    row.firstMs.toFixed(1),
    row.warmMs.toFixed(2),
    (row.megabytes / (row.warmMs / 1000)).toFixed(0),
    row.peakRssMb === null ? '' : row.peakRssMb.toFixed(0),
  ];
}

/** All goals, those missed too. */
export function judgeAll({ rows, absences, browser }: Results): Judgement[] {
  const order = (id: string): number => goals.findIndex((goal) => goal.id === id);
  return [...judge(goals, rows, absences), ...browser].sort((a, b) => order(a.id) - order(b.id) || a.id.localeCompare(b.id));
}

function toMarkdown(results: Results): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const dates = [...new Set([...results.rows, ...results.browser].map(({ date }) => date))].sort();
  return [
    '# Benchmark results',
    '',
    `Made by \`npm run bench -- --write\` on ${dates.join(', ')}: ${results.machine}.`,
    'Every ratio compares readers over one file inside one run: 5 fresh processes of each, interleaved. "first" is the median of their first calls,',
    '"warm" the median of the later runs of each. The Go reader and the C programs stream or keep only columns; gclens keeps what its answers need.',
    'Readers in Node are prepared before the first call: gclens has decoded examples again and again, as its worker does at its start while nobody asks (bench/README.md says for how long); the others have built their schemas.',
    'Browsers tell of tasks from 50 ms on: a longest task of 0 ms is none of these.',
    'The C programs check nothing and decode no tables: they are the limit, not a peer. Peak RSS is that of a first call, with Node itself (about 115 MB with gclens, 170 MB once it is prepared) and the file.',
    '',
    '## Goals',
    '',
    line(goalHead),
    line(goalHead.map(() => '---')),
    ...judgeAll(results).map((judgement) => line(goalCells(judgement))),
    '',
    '## Measurements',
    '',
    line(rowHead),
    line(rowHead.map(() => '---')),
    ...[...results.rows].sort((a, b) => inputOrder(a) - inputOrder(b) || peerOrder(a) - peerOrder(b)).map((row) => line(rowCells(row))),
    '',
  ].join('\n');
}

const inputOrder = ({ input }: Row): number => Object.keys(inputs).indexOf(input);
const peerOrder = ({ peer }: Row): number => Object.keys(peers).indexOf(peer);
