/**
 * `npm run throughput [-- --captures N] [--write]`: how many captures a minute 1, 2 and 4 workers take from a queue and export, all on this machine, with the store, the
 * queue and the collector beside them.
 */
import { cpus, loadavg } from 'node:os';

import { Command } from 'commander';

import { buildFleet, Fleet, readRecordedTrace } from './fleet';
import { keepResult } from './results';

const { captures, write } = new Command('throughput')
  .option('--captures <n>', 'how many for each number of workers', Number, 120)
  .option('--write', 'keep the result in RESULTS.md')
  .parse()
  .opts<{ readonly captures: number; readonly write?: true }>();

interface Measured {
  readonly workers: number;
  /** From the first capture exported to the last. */
  readonly seconds: number;
  /** Exported in that time: all but the first. */
  readonly exported: number;
  readonly again: number;
}

async function measure(paths: Parameters<typeof Fleet.start>[0], count: number): Promise<Measured> {
  const fleet = await Fleet.start(paths);
  try {
    await fleet.upload(readRecordedTrace(), captures);
    const workers = Array.from({ length: count }, () => fleet.startWorker());
    await Promise.all(workers.map(({ ended }) => ended));
    const times = workers
      .flatMap(({ log }) => log)
      .filter(({ event }) => event === 'exported')
      .map(({ time }) => Date.parse(String(time)))
      .sort((a, b) => a - b);
    const { distinct, again } = await fleet.received();
    if (distinct.size !== captures || times.length !== captures) {
      throw new Error(`${captures} captures, but ${times.length} exported and ${distinct.size} received`);
    }
    return { workers: count, seconds: ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000, exported: captures - 1, again };
  } finally {
    await fleet.stop();
  }
}

function describe(measured: readonly Measured[]): string {
  const rates = measured.map(({ exported, seconds }) => exported / seconds);
  const [one = 0] = rates;
  const rows = measured.map(
    ({ workers, exported, seconds, again }, k) =>
      `| ${workers} | ${exported} in ${seconds.toFixed(1)} s | ${((rates[k] ?? 0) * 60).toFixed(0)} | ${((rates[k] ?? 0) / one).toFixed(2)} | ${again} |`,
  );
  return `# Workers behind an object store and a queue

Made by \`npm run throughput -- --write\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}.
A trace of ${(readRecordedTrace().length / 1e6).toFixed(1)} MB a capture; versitygw, nats-server with JetStream and an OpenTelemetry Collector that writes files run on the same processors.
Load average of the machine when the measurement began: ${loadAtBegin.toFixed(1)}; above ${cpus().length} other programs took their part.

| workers | captures exported | captures a minute | against one worker | spans sent again |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Model, not measured: a worker is one thread and shares nothing with others but store, queue and collector, so workers on processors of their own add up: W workers take about
W x ${(one * 60).toFixed(0)} captures a minute, until the store, the queue (one message, three acknowledgements and notes a capture) or the collector is the narrowest part.
`;
}

const paths = buildFleet();
if ('missing' in paths) {
  throw new Error(paths.missing);
}
const [loadAtBegin = 0] = loadavg();
const measured: Measured[] = [];
for (const workers of [1, 2, 4]) {
  measured.push(await measure(paths, workers));
  process.stderr.write(`${JSON.stringify(measured.at(-1))}\n`);
}
const text = describe(measured);
process.stdout.write(text);
if (write === true) {
  keepResult(text);
}
