import { groupBy } from '../base';
import { Coverage, mapOps, unionOf, type GcCycle, type RuntimeFacts } from '../runtime';
import type { AnalyzedTrace, Answer } from './capture';
import { isStartedByLimit } from './heapPacing';
import { describeRequests } from './payers';
import { wilsonInterval } from './proportion';
import { assistSites, mapTiesOf, triggerSites, type MapTie } from './triggers';
import { chanceOf, headlineOf, share } from './verdict';
import { count, duration, list, percent } from './words';

/** The answer of an execution trace. */
export function answerTrace(analyzed: AnalyzedTrace): Answer {
  const { facts } = analyzed;
  const ties = mapTiesOf(analyzed);
  const details = [
    describeCycles(analyzed),
    describeRegions(analyzed),
    describeLogs(analyzed),
    describeSamples(analyzed),
    describeLines(analyzed),
    describeTriggers(analyzed, ties),
    describeRequests(analyzed),
    describeAssists(analyzed),
    facts.gcCycles.length > 0
      ? 'Go traces have no map events: every figure on maps comes from regions, logs or CPU samples, as it says.'
      : null,
  ];
  return { headline: headlineOf(analyzed, ties), details: details.filter((sentence) => sentence !== null) };
}

function describeCycles({ facts, overlap }: AnalyzedTrace): string | null {
  const cycles = facts.gcCycles;
  if (cycles.length === 0) {
    return null;
  }
  const kinds = [...groupBy(cycles, (cycle) => wordsOf(cycle, facts.heap))]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([words, started]) => `${started.length === cycles.length ? '' : `${started.length} `}${words}`);
  const pausedNs = facts.stops.reduce((sum, stop) => sum + (stop.isGc ? stop.endNs - stop.startNs : 0), 0);
  const wall = `${duration(overlap.cycleWallNs)} of ${duration(overlap.cycleWallNs + overlap.outsideWallNs)}`;
  return `${count(cycles.length, 'GC cycle')} ran, ${wall}; started ${list(kinds)}; GC stopped the world for ${duration(pausedNs)} in all.`;
}

function wordsOf(cycle: GcCycle, heap: RuntimeFacts['heap']): string {
  if (cycle.cutStart) {
    return 'before the trace began';
  }
  return cycle.trigger === 'heap' && isStartedByLimit(cycle, heap)
    ? 'by a memory limit, far from the heap’s goal'
    : triggerWords[cycle.trigger];
}

const triggerWords: Readonly<Record<GcCycle['trigger'], string>> = {
  heap: 'by the heap reaching its goal',
  forced: 'by runtime.GC',
  periodic: 'by the two-minute timer',
  unknown: 'by something the trace does not show',
};

function describeRegions({ overlap }: AnalyzedTrace): string | null {
  const { inCycles, outside, cycleWallNs, outsideWallNs } = overlap;
  const total = inCycles.mapRegionNs + outside.mapRegionNs;
  if (total === 0 || cycleWallNs === 0) {
    return null;
  }
  return (
    `By regions: ${percent(inCycles.mapRegionNs / total)} of the time inside map regions (${duration(inCycles.mapRegionNs)} of ` +
    `${duration(total)}, added up over goroutines) fell into GC, against ${percent(share(cycleWallNs, outsideWallNs))} of the clock.`
  );
}

function describeLogs({ facts }: AnalyzedTrace): string | null {
  const cycles = unionOf(
    facts.gcCycles.map((cycle) => cycle.startNs),
    facts.gcCycles.map((cycle) => cycle.endNs),
  );
  const coverage = new Coverage(cycles.start, cycles.end);
  const { length, isLog, startNs, endNs } = facts.mapIntervals;
  let [pairs, totalNs, insideNs] = [0, 0, 0];
  for (let row = 0; row < length; row++) {
    const [fromNs, toNs] = [startNs[row] ?? 0, endNs[row] ?? 0];
    if (isLog[row] === 1 && toNs > fromNs) {
      pairs++;
      totalNs += toNs - fromNs;
      insideNs += coverage.within(fromNs, toNs);
    }
  }
  return totalNs === 0
    ? null
    : `By logs: ${percent(insideNs / totalNs)} of the time between ${count(pairs, 'pair')} of map_range_start and map_range_end ` +
        `(${duration(insideNs)} of ${duration(totalNs)}) fell into GC.`;
}

function describeSamples(analyzed: AnalyzedTrace): string | null {
  const { facts, overlap } = analyzed;
  const inside = overlap.inCycles.mapSamples;
  const mapSamples = inside + overlap.outside.mapSamples;
  if (facts.samples.length === 0) {
    return 'By samples: none, no CPU profile was running with the trace.';
  }
  const of = `${mapSamples} of ${count(facts.samples.length, 'CPU sample')} (${percent(mapSamples / facts.samples.length)}) were in map operations`;
  if (mapSamples === 0 || facts.gcCycles.length === 0) {
    return `By samples: ${of}.`;
  }
  const { low, high } = wilsonInterval(inside, mapSamples);
  const meaning = { more: 'more than', fewer: 'fewer than', 'as many': 'as many as' }[chanceOf(analyzed) ?? 'as many'];
  return (
    `By samples: ${of}; ${percent(inside / mapSamples)} of them fell into GC (95 % interval ${percent(low)} to ${percent(high)}), ` +
    `${meaning} the ${percent(share(overlap.cycleWallNs, overlap.outsideWallNs))} of the time that GC covers would bring by chance.`
  );
}

function describeLines({ facts, mapSites }: AnalyzedTrace): string | null {
  if (mapSites.length === 0) {
    return null;
  }
  const total = facts.samples.mapOp.reduce((sum, op) => sum + (op >= 0 ? 1 : 0), 0);
  const byOp = mapOps
    .map((op, index) => [op, facts.samples.mapOp.reduce((sum, sampled) => sum + (sampled === index ? 1 : 0), 0)] as const)
    .filter(([, samples]) => samples > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([op, samples]) => `${op} ${samples}`);
  const lines = mapSites.slice(0, 3).map(({ op, site, samples }) => `${op} at ${site} (${samples})`);
  return `The lines that work on maps most, by ${count(total, 'map sample')}: ${list(lines)}; by operation: ${list(byOp)}.`;
}

function describeTriggers({ facts }: AnalyzedTrace, ties: readonly MapTie[]): string | null {
  const sites = triggerSites(facts.gcCycles);
  if (sites.length === 0) {
    return null;
  }
  const lines = sites.slice(0, 3).map(({ site, count: cycles }) => `${site} (${cycles})`);
  const evidence = (
    [
      ['operation', 'inside a map operation (stack)'],
      ['region', 'inside a map region (region)'],
      ['function', 'in a function with map samples (samples)'],
    ] as const
  )
    .map(([tie, words]) => [ties.filter((found) => found === tie).length, words] as const)
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number} ${words}`);
  const tied = evidence.length === 0 ? 'none of them in code known to work on maps' : list(evidence);
  return (
    `Lines whose allocation or call started a cycle, by the stack at its start: ${list(lines)}; ${tied}. ` +
    'Who starts a cycle is whoever reaches the goal, not all who filled the heap.'
  );
}

function describeAssists({ trace, facts }: AnalyzedTrace): string | null {
  const sites = assistSites(trace, facts);
  if (sites.length === 0) {
    return null;
  }
  const { startNs, endNs } = facts.assists;
  const totalNs = endNs.reduce((sum, end, row) => sum + end - (startNs[row] ?? 0), 0);
  const lines = sites.slice(0, 3).map((site) => `${site.site} (${duration(site.totalNs)})`);
  return (
    `Lines that had to help the collector: ${list(lines)}, of ${duration(totalNs)} in ${count(facts.assists.length, 'assist')}; ` +
    'this is time on and off the CPU, more than the CPU time of the assists.'
  );
}
