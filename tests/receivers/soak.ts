/**
 * `npm run soak [-- --spans N] [--write]`: an export of a million spans through a receiver that has every fault it may have (flakyReceiver.ts), in a process of its
 * own. Ends with 1 unless every span is accounted for: what the report counts is what the receiver took and rejected, and nothing is missing.
 */
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';

import { type ExportReport, exportSpans, parseEndpoint } from '../../src/bridge';
import type { Taken } from './flakyReceiver';
import { madeSpans } from './madeSpans';
import { keepResult } from './results';

const { spans: count, write } = new Command('soak')
  .option('--spans <n>', 'how many spans', Number, 1_000_000)
  .option('--write', 'keep the result in RESULTS.md')
  .parse()
  .opts<{ readonly spans: number; readonly write?: true }>();

const megabyte = 2 ** 20;
/** A realistic span has about this much in its attributes. */
const attributes = {
  'gclens.map.evidence': 'region',
  'code.function.name': 'main.(*shop).serveRange',
  'gclens.cost.running_ns': 1_234_567,
};

interface Soaked {
  readonly report: ExportReport;
  readonly taken: Taken;
  readonly seconds: number;
  /** Resident memory of the exporting process after a tenth of the spans and at its highest afterwards. */
  readonly earlyBytes: number;
  readonly peakBytes: number;
}

async function soak(): Promise<Soaked> {
  const receiver = fork(join(import.meta.dirname, 'flakyReceiver.ts'), { execArgv: ['--import', 'tsx'] });
  const next = <T>() => new Promise<T>((resolve) => receiver.once('message', (message: T) => resolve(message)));
  const { port } = await next<{ port: number }>();
  let earlyBytes = 0;
  let peakBytes = 0;
  const startMs = performance.now();
  const report = await exportSpans(madeSpans(count, attributes), parseEndpoint(`http://127.0.0.1:${port}`), {
    retry: { firstPauseMs: 5, totalPauseMs: 60_000, attemptMs: 10_000 },
    limits: { maxSpans: 3000, maxBytes: 4 * megabyte },
    onCount: ({ accepted, rejected }) => {
      const { rss } = process.memoryUsage();
      if (accepted + rejected < count / 10) {
        earlyBytes = Math.max(earlyBytes, rss);
      }
      peakBytes = Math.max(peakBytes, rss);
    },
  });
  const seconds = (performance.now() - startMs) / 1000;
  receiver.send('stop');
  const { taken } = await next<{ taken: Taken }>();
  return { report, taken, seconds, earlyBytes, peakBytes };
}

/** What does not add up; nothing if every span is accounted for. */
function findErrors({ report, taken }: Soaked): string[] {
  const { accepted, rejected, notSent } = report;
  return [
    accepted + rejected + notSent === count ? '' : `accepted, rejected and not sent are ${accepted + rejected + notSent}, not ${count}`,
    notSent === 0 ? '' : `${notSent} were not sent: ${report.problems.join('; ')}`,
    accepted === taken.distinct ? '' : `${accepted} are reported as accepted, the receiver took ${taken.distinct}`,
    rejected === taken.rejected ? '' : `${rejected} are reported as rejected, the receiver rejected ${taken.rejected}`,
  ].filter((error) => error !== '');
}

function describe({ report, taken, seconds, earlyBytes, peakBytes }: Soaked, errors: readonly string[]): string {
  const faults = Object.entries(taken.faults)
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
  return `# A million spans through a receiver with every fault

Made by \`npm run soak -- --write\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}.

| | |
| --- | --- |
| spans | ${count} |
| accepted / rejected / not sent | ${report.accepted} / ${report.rejected} / ${report.notSent} |
| distinct spans that the receiver took, spans that it rejected | ${taken.distinct}, ${taken.rejected} |
| taken twice, since it broke off before it answered (same ids) | ${taken.again} |
| requests, by what the receiver did | ${taken.requests}: ${faults} |
| time | ${seconds.toFixed(1)} s |
| memory of the exporting process (RSS): highest in the first tenth, highest of all | ${(earlyBytes / megabyte).toFixed(0)} MB, ${(peakBytes / megabyte).toFixed(0)} MB |
| all accounted for | ${errors.length === 0 ? 'yes' : errors.join('; ')} |
`;
}

const soaked = await soak();
const errors = findErrors(soaked);
const text = describe(soaked, errors);
process.stdout.write(text);
if (write === true) {
  keepResult(text);
}
process.exitCode = errors.length === 0 ? 0 : 1;
