/**
 * One measurement in a process of its own: `measure.ts IMPLEMENTATION FILE RUNS` prints a line of JSON. The first run is the first call of a fresh
 * process, what a user sees; the rest are warm.
 */
import { readFileSync } from 'node:fs';

import { implementations } from './implementations';

export interface Measurement {
  readonly count: number;
  readonly ms: readonly number[];
  readonly peakRssBytes: number;
}

async function measure(name: string, file: string, runs: number): Promise<Measurement> {
  const prepare = implementations[name];
  if (prepare === undefined) {
    throw new Error(`unknown implementation ${name}`);
  }
  const run = await prepare(readFileSync(file));
  const ms: number[] = [];
  let count = 0;
  let peakRssBytes = 0;
  for (let index = 0; index < runs; index++) {
    const start = performance.now();
    const outcome = await run();
    ms.push(typeof outcome === 'number' ? performance.now() - start : outcome.ms);
    count = typeof outcome === 'number' ? outcome : outcome.count;
    // Later runs also hold what the collector left of earlier ones.
    peakRssBytes ||= process.resourceUsage().maxRSS * 1024;
  }
  return { count, ms, peakRssBytes };
}

const [name = '', file = '', runs = '5'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await measure(name, file, Number(runs)))}\n`);
