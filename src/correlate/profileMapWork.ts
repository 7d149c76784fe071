import { type Profile, sampleCounts } from '../pprof';
import { classifyMapOp, formatSite, mapOpOfFunction, mapSite, type MapOp } from '../runtime';
import { type CollectorWork, collectorWorkOf } from './collectorFunctions';
import { framesOfProfile } from './profileFrames';

/** Where the weight of a profile went: map operations by line, and the collector. */
export interface ProfileWork {
  /** What a weight is: `cpu nanoseconds`, `alloc_space bytes`. */
  readonly sampleType: string;
  readonly unit: string;
  readonly total: number;
  /** Samples with weight. */
  readonly samples: number;
  readonly mapTotal: number;
  readonly mapSamples: number;
  readonly byOp: ReadonlyMap<MapOp, number>;
  /** Lines by map operation, heaviest first. */
  readonly sites: readonly ProfileMapSite[];
  /** Weight of marking in the background and of assists. */
  readonly markTotal: number;
  readonly assistTotal: number;
}

export interface ProfileMapSite {
  readonly op: MapOp;
  readonly site: string;
  readonly weight: number;
  readonly samples: number;
}

/** Adds up a profile by map operation and collector work, by its `cpu` values if it has them, else by its default sample type. */
export function profileMapWork(profile: Profile): ProfileWork {
  const type = sampleTypeOf(profile);
  const weights = profile.samples.values[type] ?? new Float64Array();
  const counts = sampleCounts(profile);
  const stacks = new ProfileStacks(profile);
  const byOp = new Map<MapOp, number>();
  const sites = new Map<string, { op: MapOp; site: string; weight: number; samples: number }>();
  const sums = { total: 0, samples: 0, mapTotal: 0, mapSamples: 0, markTotal: 0, assistTotal: 0 };
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const weight = weights[sample] ?? 0;
    const samples = counts?.[sample] ?? 1;
    sums.total += weight;
    sums.samples += samples;
    const collector = stacks.collectorWork(sample);
    sums.assistTotal += collector === 'assist' ? weight : 0;
    sums.markTotal += collector === 'mark' ? weight : 0;
    const work = stacks.mapWork(sample);
    if (work !== null) {
      sums.mapTotal += weight;
      sums.mapSamples += samples;
      byOp.set(work.op, (byOp.get(work.op) ?? 0) + weight);
      const key = `${work.op} ${work.site}`;
      const site = sites.get(key) ?? { ...work, weight: 0, samples: 0 };
      site.weight += weight;
      site.samples += samples;
      sites.set(key, site);
    }
  }
  const { type: sampleType, unit } = profile.sampleTypes[type] ?? { type: '', unit: '' };
  return { sampleType, unit, ...sums, byOp, sites: [...sites.values()].sort((a, b) => b.weight - a.weight) };
}

function sampleTypeOf(profile: Profile): number {
  const cpu = profile.sampleTypes.findIndex(({ type }) => type === 'cpu');
  const allocated = profile.sampleTypes.findIndex(({ type }) => type === 'alloc_space');
  return cpu >= 0 ? cpu : allocated >= 0 ? allocated : profile.defaultSampleType;
}

/** Stacks of a profile with what each function is known for, so that samples without map work cost one look a location. */
class ProfileStacks {
  private readonly hasMapWork: Uint8Array;
  private readonly collector: (CollectorWork | null)[];

  constructor(private readonly profile: Profile) {
    const { functions, locations, strings } = profile;
    const names = Array.from(functions.name, (name) => strings[name] ?? '');
    const isOnMaps = names.map((name) => mapOpOfFunction(name) !== null);
    this.hasMapWork = new Uint8Array(locations.length);
    this.collector = new Array<CollectorWork | null>(locations.length).fill(null);
    for (let location = 0; location < locations.length; location++) {
      for (const row of locations.lineFunction.subarray(locations.lineStart[location] ?? 0, locations.lineStart[location + 1] ?? 0)) {
        if (isOnMaps[row] === true) {
          this.hasMapWork[location] = 1;
        }
        this.collector[location] = strongerOf(this.collector[location], collectorWorkOf(names[row] ?? ''));
      }
    }
  }

  collectorWork(sample: number): CollectorWork | null {
    return this.locationsOf(sample).reduce<CollectorWork | null>((found, location) => strongerOf(found, this.collector[location]), null);
  }

  mapWork(sample: number): { op: MapOp; site: string } | null {
    if (!this.locationsOf(sample).some((location) => this.hasMapWork[location] === 1)) {
      return null;
    }
    const frames = framesOfProfile(this.profile, this.profile.samples.stack[sample] ?? 0);
    const operation = classifyMapOp(frames.map((frame) => frame.function));
    if (operation === null) {
      return null;
    }
    const deciding = frames[operation.decidingFrame];
    const site = mapSite(frames, operation.decidingFrame) ?? (deciding === undefined ? '' : formatSite(deciding));
    return { op: operation.op, site };
  }

  private locationsOf(sample: number): Uint32Array {
    const { samples, stacks } = this.profile;
    const stack = samples.stack[sample] ?? 0;
    return stacks.location.subarray(stacks.locationStart[stack] ?? 0, stacks.locationStart[stack + 1] ?? 0);
  }
}

/** An assist marks, too. */
function strongerOf(one: CollectorWork | null | undefined, other: CollectorWork | null | undefined): CollectorWork | null {
  return one === 'assist' || other === 'assist' ? 'assist' : (one ?? other ?? null);
}
