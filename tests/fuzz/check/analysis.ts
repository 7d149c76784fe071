import { isDeepStrictEqual } from 'node:util';

import { GclensError } from '../../../src/base';
import { buildSpans, encodeJsonLines } from '../../../src/bridge';
import { openCapture } from '../../../src/capture';
import { analyzeTrace, answer, type AppSpan, parseOtlpSpans, stringifyFacts, toFactsJson } from '../../../src/correlate';
import { type Frame, migrateQuery, traceSampleTypes, views } from '../../../src/frames';
import { decodeTrace } from '../../../src/gotrace';
import { decodeProfile, encodeProfile, type Profile } from '../../../src/pprof';
import { findHeapObjects, listOf, traceProfile, traceProfileKinds } from '../../../src/runtime';
import { replayTaskCosts } from '../../../src/runtime/costReplay';
import { CostColumns } from '../../../src/runtime/taskCosts';
import { createInProcessDecoder } from '../../../src/worker/inProcessDecoder';
import { demand, readable } from './finding';

/** What lies beside a trace. */
export interface Companions {
  readonly profile?: Uint8Array;
  readonly appSpans?: Uint8Array;
}

const startUnixNs = 1_700_000_000_000_000_000n;

/** All facts, the answer in words, and the spans of a trace. @returns what became of it */
export async function checkFacts(bytes: Uint8Array, { profile, appSpans }: Companions): Promise<string> {
  const result = await readable(async () => {
    const trace = await decodeTrace(bytes);
    const beside: { profile?: Profile; appSpans?: readonly AppSpan[] } = {
      ...(profile === undefined ? {} : { profile: await decodeProfile((await openCapture(profile, 'profile')).bytes) }),
      ...(appSpans === undefined ? {} : { appSpans: parseOtlpSpans(appSpans).spans }),
    };
    const analyzed = await analyzeTrace(trace, { ...beside, wallUnixNs: startUnixNs });
    JSON.parse(stringifyFacts(toFactsJson(analyzed, await findHeapObjects(trace))));
    for (const kind of traceProfileKinds) {
      const made = await traceProfile(trace, kind, { labels: true });
      const read = await decodeProfile(encodeProfile(made));
      demand(
        read.samples.length === made.samples.length,
        () => `the profile ${kind} has ${made.samples.length} samples, and ${read.samples.length} written`,
      );
    }
    const { headline, details } = answer([
      { kind: 'trace', name: 'trace', sha256: '', analyzed },
      ...(beside.profile === undefined ? [] : [{ kind: 'pprof' as const, name: 'profile', sha256: '', profile: beside.profile }]),
    ]);
    demand(![headline, ...details].some((sentence) => /NaN|undefined|Infinity/.test(sentence)), () => [headline, ...details].join(' '));
    const { facts } = analyzed;
    // Added up as the events passed by, and again from the timelines.
    const replayed = new CostColumns(facts.tasks.length, replayTaskCosts(trace, facts, facts.tasks));
    for (const [row, { startNs, endNs }] of listOf(facts.tasks).entries()) {
      const cost = facts.costs.at(row);
      // Beyond 2^52 sums are rounded, each in its own order, and different Ps may have the same number.
      const isExact = Math.abs(endNs) < 2 ** 52 && facts.sweeps.proc.every((proc) => Number.isSafeInteger(proc));
      demand(!isExact || isDeepStrictEqual(cost, replayed.at(row)), () => `the cost of task ${row} depends on how it is added up`);
      if (cost !== null && isExact) {
        const { gcTax, ...classes } = cost;
        const sum = Object.values(classes).reduce((all, one) => all + one, 0);
        demand(sum === endNs - startNs, () => `the cost of task ${row} adds up to ${sum} of ${endNs - startNs} ns; gcTax ${gcTax}`);
      }
    }
    for (const line of encodeJsonLines(buildSpans(analyzed, { sha256: '00', name: 'trace' }, beside))) {
      demand(line.endsWith('\n'), () => 'a line of spans');
    }
    return trace.damage?.reason ?? 'read whole';
  });
  return result instanceof GclensError ? result.reason : result;
}

/** Every view of a trace and what lies beside it. @returns what became of it */
export async function checkFrames(bytes: Uint8Array, { profile, appSpans }: Companions): Promise<string> {
  const decoder = createInProcessDecoder();
  const files = [
    { name: 'capture', file: bytes },
    ...(profile === undefined ? [] : [{ name: 'profile', file: profile }]),
    ...(appSpans === undefined ? [] : [{ name: 'spans.json', file: appSpans }]),
  ];
  const queries = [
    ...views.map((view) => ({ view })),
    { view: 'auto' },
    { view: 'request', query: '1' },
    { view: 'gcMap', timeUnit: 'stretched' },
    ...traceSampleTypes.map((sampleType) => ({ view: 'flame', sampleType, maxNodes: 30 })),
    { view: 'requests', selector: '{route=~".*"}' },
  ];
  const outcomes: string[] = [];
  for (const query of queries) {
    const frames = await readable(() => decoder.view({ files, query: migrateQuery(query), context: { refId: 'A' } }));
    if (frames instanceof GclensError) {
      outcomes.push(frames.reason);
    } else {
      frames.forEach((frame) => checkFrame(query.view, frame));
    }
  }
  return outcomes.length === 0 ? 'every view' : (outcomes[0] ?? '');
}

/** Plain data of finite numbers, in columns of one length: what JSON can carry. */
function checkFrame(view: string, frame: Frame): void {
  const lengths = new Set(frame.fields.map(({ values }) => values.length));
  demand(lengths.size <= 1, () => `${view}: columns of ${[...lengths].join(', ')} rows`);
  checkPlain(view, frame);
}

function checkPlain(path: string, value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach((entry: unknown) => checkPlain(path, entry));
  } else if (typeof value === 'object' && value !== null) {
    demand(Object.getPrototypeOf(value) === Object.prototype, () => `${path}: no plain object`);
    Object.entries(value).forEach(([name, entry]) => checkPlain(`${path}.${name}`, entry));
  } else {
    demand(typeof value !== 'number' || Number.isFinite(value), () => `${path}: ${String(value)}`);
    demand(typeof value !== 'bigint' && typeof value !== 'function', () => `${path}: a ${typeof value}`);
  }
}
