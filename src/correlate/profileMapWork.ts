import type { Profile } from '../pprof';
import { decideMapOp, formatSite, mapOpOfFunction, mapSite, type MapOp, type SourceFrame } from '../runtime';

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

export const assistFunctions: ReadonlySet<string> = new Set(['runtime.gcAssistAlloc', 'runtime.gcAssistAlloc1']);
export const markFunctions: ReadonlySet<string> = new Set(['runtime.gcBgMarkWorker', 'runtime.gcDrain', 'runtime.bgsweep']);

/** Adds up a profile by map operation and collector work, by its `cpu` values if it has them, else by its default sample type. */
export function profileMapWork(profile: Profile): ProfileWork {
  const type = sampleTypeOf(profile);
  const weights = profile.samples.values[type] ?? new Float64Array();
  const counts = profile.samples.values[profile.sampleTypes.findIndex(({ unit }) => unit === 'count')];
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
  private readonly opOfFunction: (MapOp | null)[];
  private readonly hasMapWork: Uint8Array;
  private readonly collector: ('assist' | 'mark' | null)[];

  constructor(private readonly profile: Profile) {
    const { functions, locations } = profile;
    const names = Array.from(functions.name, (name) => profile.strings[name] ?? '');
    this.opOfFunction = names.map(mapOpOfFunction);
    this.hasMapWork = new Uint8Array(locations.length);
    this.collector = new Array<'assist' | 'mark' | null>(locations.length).fill(null);
    for (let location = 0; location < locations.length; location++) {
      for (const line of this.linesOf(location)) {
        const row = locations.lineFunction[line] ?? 0;
        const name = names[row] ?? '';
        if ((this.opOfFunction[row] ?? null) !== null) {
          this.hasMapWork[location] = 1;
        }
        if (assistFunctions.has(name)) {
          this.collector[location] = 'assist';
        } else if (markFunctions.has(name)) {
          this.collector[location] ??= 'mark';
        }
      }
    }
  }

  collectorWork(sample: number): 'assist' | 'mark' | null {
    let found: 'assist' | 'mark' | null = null;
    for (const location of this.locationsOf(sample)) {
      found = this.collector[location] === 'assist' ? 'assist' : (found ?? this.collector[location] ?? null);
    }
    return found;
  }

  mapWork(sample: number): { op: MapOp; site: string } | null {
    const locations = this.locationsOf(sample);
    if (!locations.some((location) => this.hasMapWork[location] === 1)) {
      return null;
    }
    const lines = [...locations].flatMap((location) => this.linesOf(location));
    const operation = decideMapOp(lines.map((line) => this.opOfFunction[this.profile.locations.lineFunction[line] ?? 0] ?? null));
    if (operation === null) {
      return null;
    }
    const frames = lines.map((line) => this.frameOf(line));
    const deciding = frames[operation.decidingFrame];
    const site = mapSite(frames, operation.decidingFrame) ?? (deciding === undefined ? '' : formatSite(deciding));
    return { op: operation.op, site };
  }

  private locationsOf(sample: number): Uint32Array {
    const { samples, stacks } = this.profile;
    const stack = samples.stack[sample] ?? 0;
    return stacks.location.subarray(stacks.locationStart[stack] ?? 0, stacks.locationStart[stack + 1] ?? 0);
  }

  private linesOf(location: number): number[] {
    const { lineStart } = this.profile.locations;
    const lines: number[] = [];
    for (let line = lineStart[location] ?? 0; line < (lineStart[location + 1] ?? 0); line++) {
      lines.push(line);
    }
    return lines;
  }

  private frameOf(line: number): SourceFrame {
    const { functions, locations, strings } = this.profile;
    const row = locations.lineFunction[line] ?? 0;
    return {
      function: strings[functions.name[row] ?? 0] ?? '',
      file: strings[functions.file[row] ?? 0] ?? '',
      line: locations.lineNumber[line] ?? 0,
    };
  }
}
