/**
 * `npm run fuzz -- --minutes N [--seed S] [--target T…] [--compare-go]`: changed fixtures and made-up captures against gclens, and with --compare-go against
 * the official tools. A case is named by target, fixture, seed and number, and is the same on every machine. What goes wrong is written to a folder, with
 * the command that shows it again. Exit code 1 when there was anything.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { Command, InvalidArgumentError } from 'commander';

import { buildOfficialTools } from './official';
import type { Order, Report } from './runCases';
import { targets } from './targets';

interface Options {
  readonly minutes?: number;
  readonly cases?: number;
  readonly from: number;
  readonly seed: string;
  readonly target: readonly string[];
  readonly fixture?: string;
  readonly replay?: string;
  readonly compareGo?: true;
  readonly wasm: boolean;
  readonly out: string;
}

const root = join(import.meta.dirname, '..', '..');
/** A case that takes so much CPU time is taken for one that never ends; so is one that does nothing for so long. */
const hangCpuMs = 60_000;
const hangMs = 900_000;
const watchMs = 5000;
/** Time of one target before the next has its turn, when the run is long. */
const sliceMs = 180_000;
const endless = 2 ** 40;

function parseNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('give a number.');
  }
  return value;
}

const {
  minutes,
  cases,
  from,
  seed,
  target: asked,
  fixture,
  replay,
  compareGo,
  wasm,
  out,
} = new Command('fuzz')
  .option('--minutes <n>', 'how long; targets take turns', parseNumber)
  .option('--cases <n>', 'so many cases of each target', parseNumber)
  .option('--from <n>', 'number of the first case', parseNumber, 0)
  .option('--seed <text>', 'another seed, other cases', '1')
  .option('--target <name...>', `what to fuzz: ${Object.keys(targets).join(', ')}`, Object.keys(targets))
  .option('--fixture <text>', 'only fixtures whose name contains this')
  .option('--replay <file>', 'check this file instead')
  .option('--compare-go', 'compare with the official tools (needs Go)')
  .option('--no-wasm', 'kernels as JavaScript, as where WebAssembly is forbidden')
  .option('--out <folder>', 'where findings go', join(root, 'build', 'fuzz'))
  .parse()
  .opts<Options>();

/** What became of the cases of a target. */
interface Tally {
  cases: number;
  findings: number;
  milliseconds: number;
  readonly outcomes: Map<string, number>;
}

const tallies = new Map<string, Tally>();
const seen = new Set<string>();
const official = compareGo === true ? buildOfficialTools() : '';

function fixturesOf(target: string): readonly string[] {
  const all = targets[target]?.fixtures ?? [];
  return fixture === undefined ? all : all.filter((name) => name.includes(fixture));
}

/** Runs cases in processes of their own until their number or time is over. @returns number of the next case */
async function runSlice(target: string, first: number, count: number, milliseconds: number): Promise<number> {
  const deadline = Date.now() + milliseconds;
  const end = first + count;
  let next = first;
  while (next < end && Date.now() < deadline) {
    next = await runProcess({
      target,
      fixtures: fixturesOf(target),
      seed,
      from: next,
      count: end - next,
      milliseconds: deadline - Date.now(),
      official,
      ...(replay === undefined ? {} : { replay }),
      measuresMemory: minutes !== undefined,
      withoutWasm: !wasm,
    });
  }
  return next;
}

async function runProcess(order: Order): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'runCases.ts'), JSON.stringify(order)], {
    stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  let current: { caseNumber: number; fixture: string } | null = null;
  let next = order.from;
  let isHanging = false;
  let lines = 0;
  let since = { lines, ms: Date.now(), cpuMs: 0 };
  const watchdog = setInterval(() => {
    if (lines !== since.lines) {
      since = { lines, ms: Date.now(), cpuMs: cpuMsOf(child.pid) };
    } else if (Date.now() - since.ms > hangMs || cpuMsOf(child.pid) - since.cpuMs > hangCpuMs) {
      isHanging = true;
      child.kill('SIGKILL');
    }
  }, watchMs);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    lines++;
    const report = JSON.parse(line) as Report;
    next = report.caseNumber + 1;
    if (report.kind === 'begin') {
      current = report;
      continue;
    }
    current = null;
    count(order.target, report);
  }
  clearInterval(watchdog);
  const code = await closed;
  if (current !== null) {
    const { caseNumber, fixture: name } = current;
    const what = isHanging
      ? `it does not end within ${hangCpuMs / 1000} s of CPU time`
      : `the process ends with ${String(code)}: ${errors.join('').slice(0, 2000)}`;
    count(order.target, { kind: 'finding', caseNumber, fixture: name, what, bytes: '' });
  } else if (code !== 0) {
    throw new Error(`cases cannot be run: ${errors.join('')}`);
  }
  return next;
}

/** CPU time that a process has used; 0 where the system does not say, so that only `hangMs` counts. */
function cpuMsOf(pid: number | undefined): number {
  try {
    const [, , , , , , , , , , , user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
    return (user + system) * 10;
  } catch {
    return 0;
  }
}

function count(target: string, report: Exclude<Report, { kind: 'begin' }>): void {
  const tally = tallies.get(target) ?? { cases: 0, findings: 0, milliseconds: 0, outcomes: new Map<string, number>() };
  tallies.set(target, tally);
  tally.cases++;
  if (report.kind === 'end') {
    const outcome = report.outcome.replace(/\d+/g, 'N').slice(0, 60);
    tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1);
    return;
  }
  tally.findings++;
  keep(target, report);
}

/** Writes a finding once for each way in which something goes wrong; the others are counted. */
function keep(target: string, { caseNumber, fixture: name, what, bytes }: Extract<Report, { kind: 'finding' }>): void {
  const kind = `${target} ${what
    .replace(/"(\\.|[^"\\])*"/g, '""')
    .replace(/\d+/g, 'N')
    .slice(0, 160)}`;
  if (seen.has(kind)) {
    return;
  }
  seen.add(kind);
  mkdirSync(out, { recursive: true });
  const file = join(out, `${target}-${seed}-${caseNumber}.bin`);
  const flags = `${compareGo === true ? ' --compare-go' : ''}${wasm ? '' : ' --no-wasm'}`;
  const again = `npm run fuzz -- --target ${target} --seed ${seed} --from ${caseNumber} --cases 1${flags}${fixture === undefined ? '' : ` --fixture ${fixture}`}`;
  const replayed = bytes === '' ? '' : `\nminimised: npm run fuzz -- --target ${target} --cases 1${flags} --replay ${file}`;
  if (bytes !== '') {
    writeFileSync(file, Buffer.from(bytes, 'base64'));
  }
  const text = `${target}, case ${caseNumber} of ${name}, seed ${seed}: ${what}\nagain: ${again}${replayed}\n`;
  writeFileSync(file.replace(/\.bin$/, '.txt'), text);
  process.stdout.write(`FINDING ${text}`);
}

function printTallies(): void {
  for (const [target, { cases: all, findings, milliseconds, outcomes }] of tallies) {
    const common = [...outcomes].sort((a, b) => b[1] - a[1]).slice(0, 6);
    process.stdout.write(
      `${target}: ${all} cases, ${findings} findings, ${(milliseconds / 60_000).toFixed(1)} min (${common.map(([outcome, n]) => `${n} ${outcome}`).join('; ')})\n`,
    );
  }
}

// Stopped by hand, what ran so far is told.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    printTallies();
    process.exit(1);
  });
}
const deadline = Date.now() + (minutes ?? endless) * 60_000;
const nextCase = new Map(asked.map((name) => [name, from]));
const perTarget = cases ?? (minutes === undefined ? 1000 : endless);
do {
  for (const name of asked) {
    const first = nextCase.get(name) ?? from;
    const began = Date.now();
    const left = Math.min(deadline - began, minutes === undefined ? endless : Math.min(sliceMs, (minutes * 60_000) / asked.length));
    if (left > 0 && fixturesOf(name).length > 0) {
      nextCase.set(name, await runSlice(name, first, from + perTarget - first, left));
      const tally = tallies.get(name);
      if (tally !== undefined) {
        tally.milliseconds += Date.now() - began;
      }
    }
  }
} while (minutes !== undefined && Date.now() < deadline - 2000);
printTallies();
process.exitCode = seen.size > 0 ? 1 : 0;
