import { type Command, Option } from 'commander';

import { GclensError, type Notice } from '../base';
import {
  analyzeTrace,
  answer,
  type AnalyzedTrace,
  type AppSpan,
  type Capture,
  parseOtlpSpans,
  stringifyFacts,
  toFactsJson,
} from '../correlate';
import { decodeTrace } from '../gotrace';
import { decodeProfile, isCpuProfile, type Profile } from '../pprof';
import { findHeapObjects, type HeapObjects, listOf } from '../runtime';
import { formatHeapTypes } from './heapTypes';
import { naming, readCapture } from './input';
import { schedulingTables } from './schedulingTables';
import { parseStartTime } from './startTime';
import { milliseconds, shownRows, table } from './tables';

interface FactsOptions {
  readonly format: 'text' | 'json';
  readonly profile?: string;
  readonly appSpans?: string;
  readonly startTime?: bigint;
}

/** `gclens facts FILE…`: every number of a trace, or the answer in words. */
export function registerFacts(program: Command): void {
  program
    .command('facts')
    .description('GC, map activity and what each request paid, in words or as exact numbers')
    .argument('<files...>', 'execution trace, CPU profile, OTLP JSON of the application’s spans')
    .addOption(new Option('--format <format>', 'text for people, json for programs').choices(['text', 'json']).default('text'))
    .option('--profile <file>', 'CPU profile taken with the trace')
    .option('--app-spans <file>', 'spans of the application as OTLP JSON')
    .option('--start-time <time>', 'when the trace began (RFC 3339 or Unix ns), for traces without a clock', parseStartTime)
    .action(async (files: string[], options: FactsOptions) => {
      const inputs = await readInputs([...files, options.profile, options.appSpans].filter((file) => file !== undefined));
      const captures = await analyze(inputs, options);
      const heaps = await findHeaps(captures);
      process.stdout.write(options.format === 'json' ? factsJson(captures, heaps) : factsText(captures, heaps));
      report(captures, heaps);
    });
}

interface Inputs {
  readonly traces: readonly { readonly name: string; readonly sha256: string; readonly bytes: Uint8Array }[];
  readonly profiles: readonly { readonly name: string; readonly sha256: string; readonly profile: Profile }[];
  readonly appSpans: readonly AppSpan[];
}

async function readInputs(files: readonly string[]): Promise<Inputs> {
  const traces: Inputs['traces'][number][] = [];
  const profiles: Inputs['profiles'][number][] = [];
  const appSpans: AppSpan[][] = [];
  for (const file of files) {
    const { info, bytes } = await readCapture(file);
    const { name, sha256 } = info;
    if (info.kind === 'pprof') {
      profiles.push({ name, sha256, profile: await naming(name, () => decodeProfile(bytes)) });
    } else if (info.kind === 'otlp-spans') {
      appSpans.push(await naming(name, () => parseOtlpSpans(bytes)));
    } else {
      traces.push({ name, sha256, bytes });
    }
  }
  return { traces, profiles, appSpans: appSpans.flat() };
}

async function analyze({ traces, profiles, appSpans }: Inputs, { startTime }: FactsOptions): Promise<Capture[]> {
  const captures: Capture[] = profiles.map((profile) => ({ kind: 'pprof', ...profile }));
  const profile = profiles.find((candidate) => isCpuProfile(candidate.profile))?.profile;
  for (const { name, sha256, bytes } of traces) {
    const analyzed = await naming(name, async () =>
      analyzeTrace(await decodeTrace(bytes), {
        ...(profile === undefined ? {} : { profile }),
        ...(appSpans.length === 0 ? {} : { appSpans }),
        ...(startTime === undefined ? {} : { wallUnixNs: startTime }),
      }),
    );
    captures.push({ kind: 'trace', name, sha256, analyzed });
  }
  return captures;
}

/** Objects of the heap of each trace of the alloc/free experiment. */
type Heaps = ReadonlyMap<AnalyzedTrace, HeapObjects>;

async function findHeaps(captures: readonly Capture[]): Promise<Heaps> {
  const heaps = new Map<AnalyzedTrace, HeapObjects>();
  for (const analyzed of analyzedTraces(captures)) {
    const heap = await findHeapObjects(analyzed.trace);
    if (heap !== null) {
      heaps.set(analyzed, heap);
    }
  }
  return heaps;
}

function analyzedTraces(captures: readonly Capture[]): AnalyzedTrace[] {
  return captures.flatMap((capture) => (capture.kind === 'trace' ? [capture.analyzed] : []));
}

function factsJson(captures: readonly Capture[], heaps: Heaps): string {
  const traces = analyzedTraces(captures);
  if (traces.length === 0) {
    throw new GclensError('facts as JSON are facts of an execution trace, and none was given', {
      advice: 'Take one with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5',
    });
  }
  return traces.map((analyzed) => stringifyFacts(toFactsJson(analyzed, heaps.get(analyzed)))).join('');
}

function factsText(captures: readonly Capture[], heaps: Heaps): string {
  const { headline, details } = answer(captures);
  const tables = analyzedTraces(captures).flatMap((analyzed) => [
    cycleTable(analyzed),
    taskTable(analyzed),
    ...schedulingTables(analyzed),
    ...heapTable(analyzed, heaps.get(analyzed)),
  ]);
  return `${[headline, ...details.map((sentence) => `- ${sentence}`), ...tables].join('\n')}\n`;
}

function cycleTable({ facts, cycles }: AnalyzedTrace): string {
  const rows = facts.gcCycles.map((cycle, k) => [
    cycle.seq,
    milliseconds(cycle.startNs - facts.startNs),
    milliseconds(cycle.endNs - cycle.startNs),
    milliseconds(cycles[k]?.stwNs ?? 0),
    milliseconds(cycles[k]?.assistNs ?? 0),
    milliseconds(cycles[k]?.mapRegionNs ?? 0),
    `${cycles[k]?.mapSamples ?? 0} of ${cycles[k]?.samples ?? 0}`,
    cycle.trigger,
    cycle.site ?? '',
  ]);
  const head = ['GC', 'at ms', 'ms', 'stopped ms', 'assists ms', 'map regions ms', 'map samples', 'trigger', 'started at'];
  return table('GC cycles', head, rows);
}

function taskTable({ facts, identities }: AnalyzedTrace): string {
  const rows = listOf(facts.tasks)
    .map((task, row) => ({ task, cost: facts.costs.at(row), span: identities.at(row)?.ids[0] }))
    .sort((a, b) => (b.cost?.gcTax ?? -1) - (a.cost?.gcTax ?? -1))
    .map(({ task, cost, span }) => [
      task.id,
      task.type,
      span === undefined ? '' : `${span.spanId} (${span.source})`,
      milliseconds(task.endNs - task.startNs),
      cost ? milliseconds(cost.gcTax) : '',
      cost && task.endNs > task.startNs ? `${((cost.gcTax / (task.endNs - task.startNs)) * 100).toFixed(1)} %` : '',
    ]);
  return table('Tasks by GC tax', ['task', 'type', 'span', 'ms', 'GC tax ms', 'GC tax'], rows);
}

function heapTable({ trace }: AnalyzedTrace, heap: HeapObjects | undefined): string[] {
  return heap === undefined
    ? []
    : [`\nHeap by type (alloc/free experiment)\n${formatHeapTypes(trace, heap, { maxRows: shownRows }).trimEnd()}`];
}

/** Notices go to stderr; a damaged trace is a "no". */
function report(captures: readonly Capture[], heaps: Heaps): void {
  for (const capture of captures) {
    const notices: readonly Notice[] =
      capture.kind === 'trace' ? [...capture.analyzed.notices, ...(heaps.get(capture.analyzed)?.notices ?? [])] : capture.profile.notices;
    for (const { severity, text } of notices) {
      process.stderr.write(`${capture.name}: ${severity}: ${text}\n`);
    }
    if (capture.kind === 'trace' && capture.analyzed.trace.damage !== null) {
      process.exitCode = 1;
    }
  }
}
