import { groupBy } from '../base';
import { allocationOf, type FunctionAllocation, type MapSample, type MapWork } from './mapWork';
import type { IterationPath } from './stackSite';

/**
 * How a function uses a map that it iterates:
 * `collect and look up`: it iterates, and then entries are looked up by key – in it, or in another function that the same function calls – and it allocates;
 * `collect into a kept slice and look up`: the same without allocating: the slice is pooled, or made with room for all;
 * `copy`: it allocates while it iterates, and nothing is looked up;
 * `walk`: it iterates and allocates nothing: a direct range, or one over a snapshot.
 */
export type IterationPatternKind = 'collect and look up' | 'collect into a kept slice and look up' | 'copy' | 'walk';

/** A function that iterates a map, and what it does beside it. */
export interface IterationPattern {
  readonly kind: IterationPatternKind;
  readonly function: string;
  /** The line that most samples of the iteration are on. */
  readonly line: string;
  readonly paths: readonly IterationPath[];
  readonly iterateSamples: number;
  /** Samples of looking entries up, here or in functions with the same caller. */
  readonly lookupSamples: number;
  /** Where those are, most first. */
  readonly lookupFunctions: readonly string[];
  readonly allocation: FunctionAllocation;
  /** What speaks for it, counted. */
  readonly confidence: 'high' | 'low';
}

/** Fewer samples of an iteration say too little to tell what it does. */
const surelySampled = 5;

/** Functions that iterate maps, most samples first. */
export function iterationPatterns(work: MapWork): IterationPattern[] {
  const iterations = work.samples.filter(({ site, op }) => site.iteration !== null || op === 'iterate');
  const lookups = work.samples.filter(({ op, site }) => op === 'access' && site.iteration === null);
  const lookupsByCaller = groupBy(lookups, ({ site }) => site.caller);
  return [...groupBy(iterations, ({ site }) => site.mapFunction)]
    .map(([name, own]) => patternOf(name, own, lookups, lookupsByCaller, work))
    .sort((a, b) => b.iterateSamples - a.iterateSamples);
}

function patternOf(
  name: string,
  own: readonly MapSample[],
  lookups: readonly MapSample[],
  lookupsByCaller: ReadonlyMap<string, readonly MapSample[]>,
  work: MapWork,
): IterationPattern {
  const callers = new Set(own.map(({ site }) => site.caller).filter((caller) => caller !== ''));
  const related = new Set([
    ...lookups.filter(({ site }) => site.mapFunction === name),
    ...[...callers].flatMap((caller) => lookupsByCaller.get(caller) ?? []),
  ]);
  const allocation = allocationOf(name, work);
  const iterateSamples = count(own);
  const lookupSamples = count([...related]);
  const allocates = isAllocating(allocation, iterateSamples, work);
  const looksUp = lookupSamples > iterateSamples / 10;
  const byLine = [...groupBy(own, ({ line }) => line)].sort((a, b) => count(b[1]) - count(a[1]));
  return {
    kind: looksUp ? (allocates ? 'collect and look up' : 'collect into a kept slice and look up') : allocates ? 'copy' : 'walk',
    function: name,
    line: byLine[0]?.[0] ?? '',
    paths: [...new Set(own.flatMap(({ site }) => site.iteration ?? []))],
    iterateSamples,
    lookupSamples,
    lookupFunctions: [...groupBy([...related], ({ site }) => site.mapFunction)]
      .sort((a, b) => count(b[1]) - count(a[1]))
      .map(([lookup]) => lookup),
    allocation,
    confidence: iterateSamples >= surelySampled ? 'high' : 'low',
  };
}

/** A pooled slice allocates too, the first time: a few signs of it say nothing. Without a trace the bytes of an allocs profile say it. */
function isAllocating(
  { triggers, assists, samples, allocBytes }: FunctionAllocation,
  iterateSamples: number,
  { trace, bytesOf }: MapWork,
): boolean {
  if (trace !== null) {
    return triggers + assists + samples > Math.max(2, iterateSamples / 4);
  }
  const totalBytes = [...(bytesOf?.values() ?? [])].flat().reduce((sum, line) => sum + line.allocBytes, 0);
  return (allocBytes ?? 0) > totalBytes / 50;
}

function count(samples: readonly MapSample[]): number {
  return samples.reduce((sum, sample) => sum + sample.count, 0);
}
