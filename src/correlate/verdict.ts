import type { AnalyzedTrace } from './capture';
import { fewSamples } from './notices';
import { wilsonInterval } from './proportion';
import type { MapTie } from './triggers';
import { count, duration, percent } from './words';

/** One sentence: was it map iteration. It rests on who started the cycles; how map work and GC lie in time is said beside it. */
export function headlineOf(analyzed: AnalyzedTrace, ties: readonly MapTie[]): string {
  const { trace, facts, overlap } = analyzed;
  const wallNs = overlap.cycleWallNs + overlap.outsideWallNs;
  const cycles = count(facts.gcCycles.length, 'GC cycle');
  if (wallNs === 0) {
    return trace.damage === null
      ? 'This trace holds no events.'
      : 'Nothing of this trace could be read, so it says nothing about GC or maps.';
  }
  if (facts.gcCycles.length === 0) {
    return trace.damage === null
      ? `No GC cycle ran in the ${duration(wallNs)} of this trace, so neither map iteration nor anything else made GC spike here.`
      : `No GC cycle ran in the ${duration(wallNs)} of this damaged trace that could be read.`;
  }
  if (!hasMapActivity(analyzed)) {
    return withoutMapActivity(analyzed, ties, cycles);
  }
  return `${verdictOn(analyzed, ties)} ${overlapClause(analyzed)}.`;
}

function withoutMapActivity({ facts }: AnalyzedTrace, ties: readonly MapTie[], cycles: string): string {
  const byMaps = ties.filter((tie) => tie === 'operation').length;
  const called = ties.filter((tie) => tie === 'function').length;
  const forced = facts.gcCycles.filter(({ trigger }) => trigger === 'forced').length;
  if (forced * 2 > facts.gcCycles.length) {
    return `Map iteration is not what triggers GC here, calls of runtime.GC are: ${forced} of ${cycles} began there.`;
  }
  if (byMaps > 0) {
    return `${byMaps} of ${cycles} began inside a map operation, by the stack at the start; there are no map samples and no map regions to tell more.`;
  }
  if (called > 0) {
    return `${called} of ${cycles} began in a function that a map operation calls, or that goroutines were preempted in during one, by their stacks; there are no map samples and no map regions to tell more.`;
  }
  return facts.samples.length === 0
    ? `Whether maps have to do with the ${cycles} of this trace cannot be told: it has neither CPU samples nor map regions.`
    : `Map iteration is not what triggers GC here: none of ${count(facts.samples.length, 'CPU sample')} fell into a map operation, and there are no map regions.`;
}

function verdictOn(analyzed: AnalyzedTrace, ties: readonly MapTie[]): string {
  const triggers = analyzed.facts.gcCycles.map(({ trigger }) => trigger);
  const most = (number: number) => number * 2 >= ties.length;
  const byMaps = ties.filter((tie) => tie === 'operation').length;
  const tied = ties.filter((tie) => tie !== null).length;
  const forced = triggers.filter((trigger) => trigger === 'forced').length;
  const of = (number: number) => `${number} of ${count(ties.length, 'cycle')}`;
  if (most(byMaps)) {
    return `Map operations themselves trigger GC here: ${of(byMaps)} began inside one, and`;
  }
  if (most(forced)) {
    return `Map iteration is not what triggers GC here, calls of runtime.GC are: ${of(forced)} began there, and`;
  }
  const place = ties.every((tie) => tie === null || tie === 'region') ? 'map regions' : 'code that works on maps';
  if (most(tied)) {
    return `Map iteration by itself is not what triggers GC here, allocations in ${place} are: ${of(tied)} began there, and`;
  }
  if (triggers.every((trigger) => trigger === 'unknown')) {
    return 'What started GC is not in this trace:';
  }
  const verdict =
    chanceOf(analyzed) === 'more'
      ? 'Map work and GC coincide here, but maps are not what starts it'
      : 'Map iteration is not what triggers GC here';
  return tied === 0 ? `${verdict}:` : `${verdict}, only ${of(tied)} began in ${place}:`;
}

/** Whether more map samples fell into GC than its share of the time explains, by the 95 % interval; null where that cannot be asked. */
export function chanceOf({ overlap }: AnalyzedTrace): 'more' | 'fewer' | 'as many' | null {
  const inside = overlap.inCycles.mapSamples;
  const total = inside + overlap.outside.mapSamples;
  if (total === 0 || overlap.cycleWallNs === 0) {
    return null;
  }
  const { low, high } = wilsonInterval(inside, total);
  const expected = share(overlap.cycleWallNs, overlap.outsideWallNs);
  return expected < low ? 'more' : expected > high ? 'fewer' : 'as many';
}

function overlapClause({ overlap }: AnalyzedTrace): string {
  const { cycleWallNs, outsideWallNs, inCycles, outside, lift } = overlap;
  const time = `which cover ${percent(share(cycleWallNs, outsideWallNs))} of the time`;
  const mapSamples = inCycles.mapSamples + outside.mapSamples;
  if (mapSamples > 0) {
    const strength = lift === null ? '' : ` (lift ${lift.toFixed(2)})`;
    const doubt = mapSamples < fewSamples ? ', too few samples to be sure' : '';
    return `${inCycles.mapSamples} of ${count(mapSamples, 'map sample')} fell into GC cycles, ${time}${strength}${doubt}`;
  }
  const inside = percent(share(inCycles.mapRegionNs, outside.mapRegionNs));
  return `${inside} of the time in map regions fell into GC cycles, ${time}`;
}

function hasMapActivity({ facts, overlap }: AnalyzedTrace): boolean {
  const samples = overlap.inCycles.mapSamples + overlap.outside.mapSamples;
  const { isMap, startNs, endNs } = facts.regions;
  return samples > 0 || isMap.some((map, row) => map === 1 && (endNs[row] ?? 0) > (startNs[row] ?? 0));
}

/** Part of the whole that `part` and `rest` make; 0 of nothing. */
export function share(part: number, rest: number): number {
  return part + rest === 0 ? 0 : part / (part + rest);
}
