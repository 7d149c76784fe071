import { ns } from '../base';
import { assistCoverage, countBelow, Coverage, mapRegionCoverage, unionOf, type GcCycle, type RuntimeFacts } from '../runtime';
import type { CycleActivity, Overlap } from './capture';

/** Map activity and GC work over stretches of time (facts.md section 10). */
interface Activity {
  readonly mapRegions: Coverage;
  readonly assists: Coverage;
  readonly gcStops: Coverage;
  readonly mapSampleNs: Float64Array;
}

/** What happened in each GC cycle, and in all of them against the rest of the trace. */
export function correlateCycles(facts: RuntimeFacts): { cycles: CycleActivity[]; overlap: Overlap } {
  const activity: Activity = {
    mapRegions: mapRegionCoverage(facts.regions),
    assists: assistCoverage(facts.assists),
    gcStops: gcStopCoverage(facts),
    mapSampleNs: facts.samples.timeNs.filter((_, row) => (facts.samples.mapOp[row] ?? -1) >= 0),
  };
  return { cycles: facts.gcCycles.map((cycle) => activityIn(cycle, facts, activity)), overlap: overlapOf(facts, activity) };
}

function activityIn({ startNs, endNs }: GcCycle, facts: RuntimeFacts, activity: Activity): CycleActivity {
  return {
    mapRegionNs: ns(activity.mapRegions.within(startNs, endNs)),
    mapSamples: countWithin(activity.mapSampleNs, startNs, endNs),
    samples: countWithin(facts.samples.timeNs, startNs, endNs),
    assistNs: ns(activity.assists.within(startNs, endNs)),
    assistCount: countWithin(facts.assists.startNs, startNs, endNs),
    stwNs: ns(activity.gcStops.within(startNs, endNs)),
  };
}

function overlapOf(facts: RuntimeFacts, activity: Activity): Overlap {
  const union = unionOf(
    facts.gcCycles.map((cycle) => cycle.startNs),
    facts.gcCycles.map((cycle) => cycle.endNs),
  );
  let cycleWallNs = 0;
  let mapRegionNs = 0;
  let mapSamples = 0;
  let samples = 0;
  union.start.forEach((startNs, i) => {
    const endNs = union.end[i] ?? startNs;
    cycleWallNs += endNs - startNs;
    mapRegionNs += activity.mapRegions.within(startNs, endNs);
    mapSamples += countWithin(activity.mapSampleNs, startNs, endNs);
    samples += countWithin(facts.samples.timeNs, startNs, endNs);
  });
  const outsideWallNs = facts.endNs - facts.startNs - cycleWallNs;
  const outside = {
    mapRegionNs: ns(activity.mapRegions.within(facts.startNs, facts.endNs) - mapRegionNs),
    mapSamples: activity.mapSampleNs.length - mapSamples,
    samples: facts.samples.length - samples,
  };
  return {
    cycleWallNs: ns(cycleWallNs),
    outsideWallNs: ns(outsideWallNs),
    inCycles: { mapRegionNs: ns(mapRegionNs), mapSamples, samples },
    outside,
    lift: liftOf(mapSamples, cycleWallNs, outside.mapSamples, outsideWallNs),
  };
}

/** How many times more map samples a second there are inside of cycles than outside; null when nothing can be compared. */
function liftOf(inside: number, insideNs: number, outside: number, outsideNs: number): number | null {
  return insideNs > 0 && outsideNs > 0 && outside > 0 ? inside / insideNs / (outside / outsideNs) : null;
}

function countWithin(rising: Float64Array, startNs: number, endNs: number): number {
  return countBelow(rising, endNs) - countBelow(rising, startNs);
}

function gcStopCoverage(facts: RuntimeFacts): Coverage {
  const stops = facts.stops.filter((stop) => stop.isGc);
  return new Coverage(
    stops.map((stop) => stop.startNs),
    stops.map((stop) => stop.endNs),
  );
}
