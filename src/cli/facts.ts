import { type Command, Option } from 'commander';

import {
  answer,
  type AnalyzedTrace,
  type Capture,
  describeRootCause,
  findRootCause,
  joinedCaptures,
  stringifyFacts,
  toFactsJson,
} from '../correlate';
import type { Profile } from '../pprof';
import { findHeapObjects, type HeapObjects, listOf } from '../runtime';
import { analyzeInputs, givenFiles, readInputs, reportCaptures, type TogetherOptions, withJoinOption } from './companions';
import { firstTrace, reportLeft } from './readTogether';
import { formatHeapTypes } from './heapTypes';
import { requestOptionMeaning, type RequestRows, requestRows } from './requestOption';
import { schedulingTables } from './schedulingTables';
import { parseStartTime } from './startTime';
import { milliseconds, shownRows, table } from './tables';
import { WrongUse } from './wrongUse';

interface FactsOptions extends TogetherOptions {
  readonly format: 'text' | 'json';
  readonly profile?: string;
  readonly appSpans?: string;
  readonly request?: string;
}

/** `gclens facts FILE…`: every number of a trace, or the answer in words. */
export function registerFacts(program: Command): void {
  withJoinOption(
    program
      .command('facts')
      .description('GC, map activity and what each request paid, in words or as exact numbers')
      .argument('<files...>', 'execution trace, CPU profile, the application’s spans as OTLP JSON or protobuf')
      .addOption(new Option('--format <format>', 'text for people, json for programs').choices(['text', 'json']).default('text'))
      .option('--profile <file>', 'CPU profile taken with the trace')
      .option('--app-spans <file>', 'spans of the application as OTLP')
      .option('--request <id>', requestOptionMeaning)
      .option('--start-time <time>', 'when the trace began (RFC 3339 or Unix ns), for traces without a clock', parseStartTime),
  ).action(async (files: string[], options: FactsOptions) => {
    const inputs = await readInputs(givenFiles(files, options));
    const { captures, left } = firstTrace(await analyzeInputs(inputs, options));
    const heaps = await findHeaps(captures);
    const rows = requestRows(captures, options.request);
    const { joinAnyway = false } = options;
    process.stdout.write(
      options.format === 'json' ? factsJson(captures, heaps, rows, joinAnyway) : factsText(captures, heaps, rows, joinAnyway),
    );
    reportLeft(left);
    reportCaptures(captures, options.joinAnyway);
    reportHeaps(captures, heaps);
  });
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

function factsJson(captures: readonly Capture[], heaps: Heaps, requests: RequestRows, joinAnyway: boolean): string {
  const traces = analyzedTraces(captures);
  if (traces.length === 0) {
    throw new WrongUse('facts as JSON are facts of an execution trace, and none was given', {
      advice: 'take one with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5',
    });
  }
  const profiles = profilesOf(captures, joinAnyway);
  return traces
    .map((analyzed) =>
      stringifyFacts(toFactsJson(analyzed, heaps.get(analyzed), requests.get(analyzed), findRootCause(analyzed, profiles))),
    )
    .join('');
}

function factsText(captures: readonly Capture[], heaps: Heaps, requests: RequestRows, joinAnyway: boolean): string {
  const profiles = profilesOf(captures, joinAnyway);
  const { headline, details } = answer(captures);
  const tables = analyzedTraces(captures).flatMap((analyzed) => [
    rootCauseText(analyzed, profiles),
    cycleTable(analyzed),
    taskTable(analyzed, requests.get(analyzed)),
    ...schedulingTables(analyzed),
    ...heapTable(analyzed, heaps.get(analyzed)),
  ]);
  return `${[headline, ...details.map((sentence) => `- ${sentence}`), ...tables].join('\n')}\n`;
}

function profilesOf(captures: readonly Capture[], joinAnyway: boolean): Profile[] {
  return joinedCaptures(captures, joinAnyway).flatMap((capture) => (capture.kind === 'pprof' ? [capture.profile] : []));
}

function rootCauseText(analyzed: AnalyzedTrace, profiles: readonly Profile[]): string {
  const { headline, details } = describeRootCause(findRootCause(analyzed, profiles));
  return ['\nRoot cause', headline, ...details.map((sentence) => `- ${sentence}`)].join('\n');
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

function taskTable({ facts, identities }: AnalyzedTrace, wanted: ReadonlySet<number> | undefined): string {
  const rows = listOf(facts.tasks)
    .map((task, row) => ({ task, row, cost: facts.costs.at(row), span: identities.at(row)?.ids[0] }))
    .filter(({ row }) => wanted === undefined || wanted.has(row))
    .sort((a, b) => (b.cost?.gcTax ?? -1) - (a.cost?.gcTax ?? -1))
    .map(({ task, cost, span }) => [
      task.id,
      task.type,
      span === undefined ? '' : `${span.spanId} (${span.source})`,
      milliseconds(task.endNs - task.startNs),
      cost ? milliseconds(cost.gcTax) : '',
      cost && task.endNs > task.startNs ? `${((cost.gcTax / (task.endNs - task.startNs)) * 100).toFixed(1)} %` : '',
    ]);
  return table(
    wanted === undefined ? 'Tasks by GC tax' : 'Tasks of the request by GC tax',
    ['task', 'type', 'span', 'ms', 'GC tax ms', 'GC tax'],
    rows,
  );
}

function heapTable({ trace }: AnalyzedTrace, heap: HeapObjects | undefined): string[] {
  return heap === undefined
    ? []
    : [`\nHeap by type (alloc/free experiment)\n${formatHeapTypes(trace, heap, { maxRows: shownRows }).trimEnd()}`];
}

function reportHeaps(captures: readonly Capture[], heaps: Heaps): void {
  for (const capture of captures) {
    const notices = capture.kind === 'trace' ? (heaps.get(capture.analyzed)?.notices ?? []) : [];
    for (const { severity, text } of notices) {
      process.stderr.write(`${capture.name}: ${severity}: ${text}\n`);
    }
  }
}
