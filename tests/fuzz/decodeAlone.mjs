/** Decodes a trace with the built package and prints what became of it, with the peak of the process' memory. Started by memory.ts. */
import { readFileSync } from 'node:fs';

import { decodeTrace } from '../../build/node/index.js';

const start = performance.now();
let events = 0;
let outcome = 'read whole';
try {
  const trace = await decodeTrace(readFileSync(process.argv[2] ?? ''));
  events = trace.events.length;
  outcome = trace.damage?.reason ?? outcome;
} catch (error) {
  outcome = String(error);
}

const decoded = { events, outcome, peakBytes: process.resourceUsage().maxRSS * 1024, ms: performance.now() - start };
process.stdout.write(JSON.stringify(decoded));
