/**
 * `npm run bench [-- --write]`: ratios against real peers inside one run, medians of fresh processes for the first call and of the later runs of
 * each for warm. Prints a table; --write puts it into RESULTS.md with machine, versions and date.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import Table from 'cli-table3';

import type { Measurement } from './measure';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const cache = join(root, 'node_modules', '.cache', 'gclens', 'bench');
const processes = 5;
const runsEach = 15;

interface Peer {
  readonly name: string;
  measure(file: string): Measurement;
}

interface Row {
  readonly file: string;
  readonly peer: string;
  readonly megabytes: number;
  readonly count: number;
  readonly firstMs: number;
  readonly warmMs: number;
  readonly peakRssMb: number;
}

function nodePeer(name: string): Peer {
  return {
    name,
    measure: (file) => {
      const output = execFileSync(process.execPath, ['--import', 'tsx', join(here, 'measure.ts'), name, file, String(runsEach)], {
        encoding: 'utf8',
      });
      return JSON.parse(output) as Measurement;
    },
  };
}

function goReaderPeer(binary: string): Peer {
  return {
    name: 'Go reader (x/exp/trace)',
    measure: (file) => {
      const output = execFileSync(binary, ['-runs', String(runsEach), file], { encoding: 'utf8' });
      const { events, ms } = JSON.parse(output) as { events: number; ms: number[] };
      return { count: events, ms, peakRssBytes: Number.NaN };
    },
  };
}

/** Builds a Go program of ./peers; undefined where Go is not installed. */
function buildGo(name: string): string | undefined {
  const binary = join(cache, name);
  try {
    execFileSync('go', ['-C', join(here, 'peers'), 'build', '-o', binary, `./${name}`], { stdio: ['ignore', 'ignore', 'inherit'] });
    return binary;
  } catch (error) {
    process.stderr.write(`go build ${name}: ${String(error)}; its rows are left out\n`);
    return undefined;
  }
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Interleaves the peers, so that a busy moment of the machine hits all of them. */
function compare(file: string, peers: readonly Peer[]): Row[] {
  const measurements = peers.map((): Measurement[] => []);
  for (let round = 0; round < processes; round++) {
    peers.forEach((peer, index) => measurements[index]?.push(peer.measure(file)));
  }
  const megabytes = inflatedBytes(file) / 1e6;
  return peers.map((peer, index) => {
    const own = measurements[index] ?? [];
    return {
      file: basename(file),
      peer: peer.name,
      megabytes,
      count: own[0]?.count ?? 0,
      firstMs: median(own.map(({ ms }) => ms[0] ?? Number.NaN)),
      warmMs: median(own.map(({ ms }) => median(ms.slice(Math.ceil(runsEach / 2))))),
      peakRssMb: Math.max(...own.map(({ peakRssBytes }) => peakRssBytes)) / 1e6,
    };
  });
}

function inflatedBytes(file: string): number {
  const raw = readFileSync(file);
  return raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw).length : statSync(file).size;
}

function render(rows: readonly Row[]): string[][] {
  return rows.map((row) => {
    const own = rows.find(({ file, peer }) => file === row.file && peer.startsWith('gclens'));
    const ratio = (peerMs: number, ownMs: number | undefined): string =>
      ownMs === undefined || row === own ? '' : `${Number((peerMs / ownMs).toPrecision(2))}x`;
    return [
      row.file,
      row.peer,
      row.megabytes.toFixed(2),
      String(row.count),
      `${row.firstMs.toFixed(1)}`,
      ratio(row.firstMs, own?.firstMs),
      `${row.warmMs.toFixed(1)}`,
      ratio(row.warmMs, own?.warmMs),
      (row.megabytes / (row.warmMs / 1000)).toFixed(0),
      Number.isNaN(row.peakRssMb) ? '' : row.peakRssMb.toFixed(0),
    ];
  });
}

const head = ['file', 'reader', 'MB', 'events or samples', 'first ms', 'gclens is', 'warm ms', 'gclens is', 'warm MB/s', 'peak RSS MB'];

function describeMachine(goVersion: string): string {
  const [cpu] = cpus();
  return `${new Date().toISOString().slice(0, 10)}, ${String(cpus().length)} x ${cpu?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}, ${goVersion}.`;
}

function toMarkdown(rows: readonly string[][], machine: string): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    '# Benchmark results',
    '',
    `Made by \`npm run bench -- --write\`. ${machine}`,
    `Medians of ${processes} fresh processes; "first" is the first call of a process, "warm" the median of the last ${Math.floor(runsEach / 2)} of its ${runsEach} runs.`,
    '"gclens is" says how many times faster (above 1) or slower (below 1) gclens is than that row, inside the same run.',
    'Peak RSS includes Node itself and the file; the Go reader streams and keeps no event, gclens keeps all of them.',
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
}

function findFixture(path: string): string {
  const shared = join(root, '..', 'shared', 'fixtures', path);
  return existsSync(shared) ? shared : join(root, 'tests', 'fixtures', path);
}

function makeLargeTrace(workload: string): string {
  const file = join(cache, 'workload-18MB.trace');
  if (!existsSync(file)) {
    execFileSync(workload, ['-mb', '18', '-o', file]);
  }
  return file;
}

mkdirSync(cache, { recursive: true });
const reader = buildGo('reader');
const workload = buildGo('workload');
const traces = [findFixture('services/go1.26-traceparent/trace.out'), ...(workload === undefined ? [] : [makeLargeTrace(workload)])];
const tracePeers = [nodePeer('gclens-trace'), ...(reader === undefined ? [] : [goReaderPeer(reader)])];
const profiles = ['services/go1.26-traceparent/cpu.pprof', 'pprof/go-compiler-default-1.26.pgo'].map(findFixture).filter(existsSync);
const profilePeers = ['gclens-pprof', 'protobufjs', 'pprof-format'].map(nodePeer);

const rows = render([...traces.flatMap((file) => compare(file, tracePeers)), ...profiles.flatMap((file) => compare(file, profilePeers))]);
const table = new Table({ head, style: { head: [], border: [] } });
table.push(...rows);
process.stdout.write(`${table.toString()}\n`);
if (process.argv.includes('--write')) {
  const goVersion = reader === undefined ? 'no Go' : execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim();
  writeFileSync(join(here, 'RESULTS.md'), toMarkdown(rows, describeMachine(goVersion)));
}
