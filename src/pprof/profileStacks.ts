import type { WeightedStacks } from './flameTree';
import type { Profile } from './profile';

/** What of a profile becomes stacks. */
export interface ProfileStacksOptions {
  /** Row of `Profile.sampleTypes` that weighs the stacks. */
  readonly sampleType: number;
  /** 1 for samples to take, as `filterSamples` gives it; all when absent. */
  readonly sampleFilter?: Uint8Array;
}

/**
 * The stacks of a profile with inlined calls as frames of their own. Frames are named by function; where nothing is known but an address, by that
 * address and the file it lies in: `0x45d0a0 [libc.so.6]`. Samples without weight are left out.
 */
export function profileStacks(profile: Profile, { sampleType, sampleFilter }: ProfileStacksOptions): WeightedStacks {
  const { samples } = profile;
  const values = samples.values[sampleType];
  const taken: number[] = [];
  for (let sample = 0; sample < samples.length; sample++) {
    if (values?.[sample] !== 0 && (sampleFilter === undefined || sampleFilter[sample] === 1)) {
      taken.push(sample);
    }
  }
  return collectStacks(profile, taken, (sample) => values?.[sample] ?? 0);
}

function collectStacks(profile: Profile, taken: readonly number[], weightOf: (sample: number) => number): WeightedStacks {
  const { samples, stacks } = profile;
  const frames = nameFrames(profile);
  const frameStart = new Uint32Array(taken.length + 1);
  let length = 0;
  taken.forEach((sample, position) => {
    frameStart[position] = length;
    const stack = samples.stack[sample] ?? 0;
    for (let entry = stacks.locationStart[stack] ?? 0; entry < (stacks.locationStart[stack + 1] ?? 0); entry++) {
      const row = stacks.location[entry] ?? 0;
      length += (frames.start[row + 1] ?? 0) - (frames.start[row] ?? 0);
    }
  });
  frameStart[taken.length] = length;
  const frame = new Uint32Array(length);
  let next = 0;
  for (const sample of taken) {
    const stack = samples.stack[sample] ?? 0;
    for (let entry = stacks.locationStart[stack] ?? 0; entry < (stacks.locationStart[stack + 1] ?? 0); entry++) {
      const row = stacks.location[entry] ?? 0;
      for (let index = frames.start[row] ?? 0; index < (frames.start[row + 1] ?? 0); index++) {
        frame[next++] = frames.name[index] ?? 0;
      }
    }
  }
  return { length: taken.length, weight: Float64Array.from(taken, weightOf), frameStart, frame, names: frames.names };
}

/** Frames of every location: name[start[l]] … name[start[l + 1] - 1], indexes into names, leaf first. At least one each. */
interface LocationFrames {
  readonly start: Uint32Array;
  readonly name: readonly number[];
  readonly names: readonly string[];
}

function nameFrames(profile: Profile): LocationFrames {
  const { locations } = profile;
  const interned = new NameTable();
  const nameOfFunction = new Int32Array(profile.functions.length).fill(-1);
  const start = new Uint32Array(locations.length + 1);
  const name: number[] = [];
  for (let row = 0; row < locations.length; row++) {
    start[row] = name.length;
    const end = locations.lineStart[row + 1] ?? 0;
    for (let line = locations.lineStart[row] ?? 0; line < end; line++) {
      const functionRow = locations.lineFunction[line] ?? 0;
      const known = nameOfFunction[functionRow] ?? -1;
      const index = known >= 0 ? known : interned.add(functionName(profile, functionRow) || addressName(profile, row));
      if (functionName(profile, functionRow) !== '') {
        nameOfFunction[functionRow] = index;
      }
      name.push(index);
    }
    if (name.length === start[row]) {
      name.push(interned.add(addressName(profile, row)));
    }
  }
  start[locations.length] = name.length;
  return { start, name, names: interned.names };
}

class NameTable {
  readonly names: string[] = [];
  private readonly indexes = new Map<string, number>();

  add(name: string): number {
    const known = this.indexes.get(name);
    if (known !== undefined) {
      return known;
    }
    this.indexes.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

function functionName({ functions, strings }: Profile, row: number): string {
  return strings[functions.name[row] ?? 0] || strings[functions.systemName[row] ?? 0] || '';
}

/** Name of a location of which only the address is known: `0x45d0a0 [libc.so.6]`. */
export function addressName({ locations, mappings }: Profile, row: number): string {
  const address = locations.address[row] ?? 0n;
  const file = fileName(mappings[locations.mapping[row] ?? -1]?.file ?? '');
  const place = file === '' ? '' : `[${file}]`;
  const parts = [address === 0n ? '' : `0x${address.toString(16)}`, place].filter((part) => part !== '');
  return parts.length === 0 ? '<unknown>' : parts.join(' ');
}

/** Last part of a path. */
export function fileName(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}
