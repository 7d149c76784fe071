import { type Command, Option } from 'commander';

import {
  type Capture,
  findMapHeap,
  type FunctionAllocation,
  iterationPatterns,
  joinedCaptures,
  mapGrowth,
  mapRegionTypesOf,
  mapTypeMemory,
  type MapTypeMemory,
  mapWorkSites,
  noFunctionNames,
  pauseActivity,
  pausePhases,
  readMapWork,
  valueText,
} from '../correlate';
import { findHeapObjects, heapByType } from '../runtime';
import { analyzeInputs, readInputs, reportCaptures, type TogetherOptions, warnOfOtherProgram, withJoinOption } from './companions';
import { firstTrace, reportLeft } from './readTogether';
import { table as drawTable } from './tables';

interface MapsOptions extends TogetherOptions {
  readonly baseline: readonly string[];
  readonly format: 'text' | 'json';
}

/** `gclens maps FILE…`: what programs do with their maps, how these grow, who owns their memory, and how it lies around pauses. */
export function registerMaps(program: Command): void {
  withJoinOption(
    program
      .command('maps')
      .description('map work by line, how functions use the maps they iterate, growing maps, owners of their memory and leak patterns')
      .argument('<files...>', 'execution trace and profiles (CPU, heap, allocs) of one process')
      .option('--baseline <files...>', 'heap profile of the same process before, for what grew', [])
      .addOption(new Option('--format <format>', 'text for people, json for programs').choices(['text', 'json']).default('text')),
  ).action(async (files: readonly string[], { baseline, format, joinAnyway = false }: MapsOptions) => {
    const { captures, left } = firstTrace(await analyzeInputs(await readInputs(files, {}, baseline), { joinAnyway }));
    const earlier = await analyzeInputs(await readInputs(baseline, {}, files), { joinAnyway });
    const report = await reportMaps(joinedCaptures(captures, joinAnyway), earlier);
    reportLeft(left);
    reportCaptures(captures, joinAnyway);
    warnOfOtherProgram(captures, earlier);
    process.stdout.write(format === 'json' ? `${JSON.stringify(report, null, 1)}\n` : mapsText(report));
  });
}

type MapsReport = Awaited<ReturnType<typeof reportMaps>>;

async function reportMaps(captures: readonly Capture[], earlier: readonly Capture[]) {
  const work = readMapWork(captures);
  const types = await typesOf(captures);
  const { owners, leaks, hasSamples, hasEarlier } = findMapHeap(captures, earlier, types);
  const { sites: growing, series } = mapGrowth(work);
  return {
    evidence: work.evidence,
    implementation: work.implementation,
    isNameless: work.isNameless,
    samples: { all: work.allSamples, inMapOperations: work.samples.reduce((sum, { count }) => sum + count, 0) },
    sites: mapWorkSites(work),
    patterns: iterationPatterns(work),
    regions: mapRegionTypesOf(work),
    growing,
    series,
    heap: { owners, leaks, types, hasSamples, hasEarlier },
    pauses: work.trace === null ? null : pauseActivity(work.trace),
  };
}

async function typesOf(captures: readonly Capture[]): Promise<MapTypeMemory[]> {
  const trace = captures.find((capture) => capture.kind === 'trace')?.analyzed.trace;
  const heap = trace === undefined ? null : await findHeapObjects(trace);
  return heap === null ? [] : mapTypeMemory(heapByType(heap));
}

function mapsText(report: MapsReport): string {
  const { all, inMapOperations } = report.samples;
  const head =
    report.evidence === 'none'
      ? report.isNameless
        ? `${noFunctionNames}.`
        : 'No CPU samples: lines are not known. Take a CPU profile while the trace is taken.'
      : `${inMapOperations} of ${all} CPU samples are in map operations (${report.evidence}${report.implementation === null ? '' : `, ${report.implementation} maps`}).`;
  const parts = [
    head,
    siteTable(report),
    patternTable(report),
    regionTable(report),
    growthTable(report),
    seriesTable(report),
    ownerTable(report),
    leakTable(report),
    heapNote(report),
    pauseTable(report),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

function siteTable({ sites }: MapsReport): string {
  return table(
    'Map work by line; what the line’s function allocates',
    ['operation', 'line', 'samples', 'CPU', 'iterated by', ...allocationHead],
    sites.map(({ op, line, calledFrom, samples, cpuNs, iteration, allocation }) => [
      op,
      calledFrom === null ? line : `${line}, called from ${calledFrom}`,
      samples,
      nanoseconds(cpuNs),
      iteration ?? '',
      ...allocationCells(allocation),
    ]),
  );
}

function patternTable({ patterns }: MapsReport): string {
  return table(
    'How functions use the maps that they iterate',
    ['function', 'pattern', 'iterating', 'looking up', 'confidence', ...allocationHead],
    patterns.map((pattern) => [
      pattern.function,
      pattern.kind,
      pattern.iterateSamples,
      pattern.lookupSamples === 0 ? '' : `${pattern.lookupSamples} in ${pattern.lookupFunctions.slice(0, 2).join(', ')}`,
      pattern.confidence,
      ...allocationCells(pattern.allocation),
    ]),
  );
}

const allocationHead = ['GC starts', 'assists', 'assist time', 'allocated'];

function allocationCells({ triggers, assists, assistNs, allocBytes }: FunctionAllocation): (string | number)[] {
  return [triggers, assists, nanoseconds(assistNs), bytes(allocBytes)];
}

function regionTable({ regions }: MapsReport): string {
  return table(
    'Map regions and logs',
    ['name', 'evidence', 'count', 'time', 'longest', 'map samples in them'],
    regions.map(({ name, evidence, count, totalNs, longestNs, samples }) => [
      name,
      evidence,
      count,
      nanoseconds(totalNs),
      nanoseconds(longestNs),
      Object.entries(samples)
        .map(([op, number]) => `${op} ${number}`)
        .join(', '),
    ]),
  );
}

function growthTable({ growing }: MapsReport): string {
  return table(
    'Growing maps by CPU samples',
    ['step', 'line', 'samples', 'allocating', 'during GC'],
    growing.map(({ step, line, samples, allocating, inGc }) => [step, line, samples, allocating, inGc]),
  );
}

function seriesTable({ series }: MapsReport): string {
  return table(
    'Maps by their map.stats logs',
    ['map', 'kind', 'logs', 'first', 'last', 'grew', 'made anew', 'evacuating'],
    series.map(({ name, kind, stats, growths, resets, wasEvacuating }) => [
      name,
      kind ?? '',
      stats.length,
      stats[0]?.count ?? '',
      stats.at(-1)?.count ?? '',
      growths,
      resets,
      wasEvacuating ? 'yes' : '',
    ]),
  );
}

function ownerTable({ heap }: MapsReport): string {
  return table(
    'Owners of the memory of maps',
    ['line', 'in use', 'objects', 'grown by', 'allocated', 'evidence'],
    heap.owners.map(({ line, inuseBytes, inuseObjects, grownBytes, allocBytes, evidence }) => [
      line,
      bytes(inuseBytes),
      Math.round(inuseObjects),
      bytes(grownBytes),
      bytes(allocBytes),
      evidence,
    ]),
  );
}

function leakTable({ heap }: MapsReport): string {
  return table(
    'Leak patterns',
    ['pattern', 'map', 'evidence', 'known from', 'confidence'],
    heap.leaks.map(({ kind, subject, evidence, source, confidence }) => [kind, subject, evidence, source, confidence]),
  );
}

/** What heap profiles do not say of maps. */
function heapNote({ heap, series }: MapsReport): string {
  const guesses = heap.owners.some(({ evidence }) => evidence === 'block sizes')
    ? ['Owners by block sizes are guesses: their blocks are as large as tables of maps.']
    : [];
  const shrinking =
    heap.owners.length > 0 && series.length === 0
      ? [
          'Whether a map keeps room for entries that are gone is told by map.stats logs alone: trace.Log(ctx, "map.stats", `{"name":"sessions","count":1000}`).',
        ]
      : [];
  return [...guesses, ...shrinking].map((text) => `${text}\n`).join('');
}

function pauseTable({ pauses }: MapsReport): string {
  if (pauses === null || pausePhases.every((phase) => pauses.phases[phase].samples + pauses.phases[phase].goroutinesInRegions === 0)) {
    return '';
  }
  const lift = (value: number | null, interval: { readonly low: number; readonly high: number } | null) =>
    value === null ? '' : `${value.toFixed(2)}${interval === null ? '' : ` (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`}`;
  return table(
    `Map iteration around ${pauses.pauses} pauses, ${nanoseconds(pauses.windowNs)} before and after; lift with its 95 % interval`,
    ['phase', 'time', 'samples', 'per ms', 'lift', 'regions begun', 'goroutines in them', 'region lift'],
    pausePhases.map((phase) => {
      const activity = pauses.phases[phase];
      return [
        phase,
        nanoseconds(activity.wallNs),
        activity.samples,
        activity.samplesPerMs.toFixed(3),
        lift(activity.lift, activity.liftInterval),
        activity.regionStarts,
        activity.goroutinesInRegions.toFixed(2),
        lift(activity.regionLift, activity.regionLiftInterval),
      ];
    }),
  );
}

function nanoseconds(value: number): string {
  return valueText(value, 'ns') ?? '';
}

function bytes(value: number | null): string {
  return valueText(value, 'bytes') ?? '';
}

/** Nothing where there are no rows. */
function table(title: string, head: string[], rows: readonly (string | number)[][]): string {
  return rows.length === 0 ? '' : drawTable(title, head, rows);
}
