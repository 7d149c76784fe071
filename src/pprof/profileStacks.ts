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
 * The stacks of a profile with inlined calls as frames of their own, each with the sum of its samples. Frames are named by function; where nothing is known
 * but an address, by that address and the file it lies in: `0x45d0a0 [libc.so.6]`. Samples without weight are left out.
 */
export function profileStacks(profile: Profile, { sampleType, sampleFilter }: ProfileStacksOptions): WeightedStacks {
  const { samples, stacks } = profile;
  const values = samples.values[sampleType] ?? new Float64Array(samples.length);
  const weights = new Float64Array(stacks.length);
  const isTaken = new Uint8Array(stacks.length);
  for (let sample = 0; sample < samples.length; sample++) {
    const value = values[sample] ?? 0;
    if (value !== 0 && (sampleFilter === undefined || sampleFilter[sample] === 1)) {
      const stack = samples.stack[sample] ?? 0;
      weights[stack] = (weights[stack] ?? 0) + value;
      isTaken[stack] = 1;
    }
  }
  return collectStacks(profile, weights, isTaken);
}

function collectStacks(profile: Profile, weights: Float64Array, isTaken: Uint8Array): WeightedStacks {
  const frames = nameFrames(profile);
  const { locationStart, location } = profile.stacks;
  const { onlyName, mostNames } = frames;
  const frameStart = new Uint32Array(isTaken.length + 1);
  // Most locations are one frame. Memory that is not used is not taken either.
  let frame = new Uint32Array(location.length + (location.length >>> 1));
  let length = 0;
  let next = 0;
  for (let stack = 0; stack < isTaken.length; stack++) {
    if (isTaken[stack] !== 1) {
      continue;
    }
    const first = locationStart[stack] ?? 0;
    const end = locationStart[stack + 1] ?? 0;
    if (next + (end - first) * mostNames > frame.length) {
      frame = withRoom(frame, next, location.subarray(first, end), frames);
    }
    for (let entry = first; entry < end; entry++) {
      const row = location[entry] ?? 0;
      const only = onlyName[row] ?? 0;
      if (only >= 0) {
        frame[next++] = only;
      } else {
        next = appendNames(frame, next, row, frames);
      }
    }
    weights[length] = weights[stack] ?? 0;
    frameStart[++length] = next;
  }
  return {
    length,
    weight: weights.subarray(0, length),
    frameStart: frameStart.subarray(0, length + 1),
    frame: frame.subarray(0, next),
    names: frames.names,
  };
}

/** Of a location with several frames. @returns the index behind them */
function appendNames(frame: Uint32Array, at: number, row: number, { start, name }: LocationFrames): number {
  const first = start[row] ?? 0;
  const end = start[row + 1] ?? 0;
  for (let index = first; index < end; index++) {
    frame[at + index - first] = name[index] ?? 0;
  }
  return at + end - first;
}

/** The first `used` frames with room for those of a stack behind them. */
function withRoom(frame: Uint32Array<ArrayBuffer>, used: number, stack: Uint32Array, { start }: LocationFrames): Uint32Array<ArrayBuffer> {
  const needed = stack.reduce((sum, row) => sum + (start[row + 1] ?? 0) - (start[row] ?? 0), used);
  if (needed <= frame.length) {
    return frame;
  }
  const larger = new Uint32Array(Math.max(needed, used * 2));
  larger.set(frame.subarray(0, used));
  return larger;
}

/** Frames of every location: name[start[l]] … name[start[l + 1] - 1], indexes into names, leaf first. At least one each. */
interface LocationFrames {
  readonly start: Uint32Array;
  readonly name: Uint32Array;
  readonly names: readonly string[];
  /** By location its name where that is the only one, else -1. */
  readonly onlyName: Int32Array;
  /** Of one location. */
  readonly mostNames: number;
}

function nameFrames(profile: Profile): LocationFrames {
  const { locations, functions } = profile;
  const { lineStart, lineFunction } = locations;
  const interned = new NameTable();
  // Row + 1 of functions that have a name; -1 for those that have none.
  const nameOfFunction = new Int32Array(functions.length);
  const start = new Uint32Array(locations.length + 1);
  const name = new Uint32Array(locations.length + lineFunction.length);
  const onlyName = new Int32Array(locations.length);
  let mostNames = 0;
  let next = 0;
  for (let row = 0; row < locations.length; row++) {
    start[row] = next;
    const end = lineStart[row + 1] ?? 0;
    for (let line = lineStart[row] ?? 0; line < end; line++) {
      const functionRow = lineFunction[line] ?? 0;
      let known = nameOfFunction[functionRow] ?? 0;
      if (known === 0) {
        const text = functionName(profile, functionRow);
        known = text === '' ? -1 : interned.add(text) + 1;
        nameOfFunction[functionRow] = known;
      }
      name[next++] = known > 0 ? known - 1 : interned.add(addressName(profile, row));
    }
    if (next === start[row]) {
      name[next++] = interned.add(addressName(profile, row));
    }
    const names = next - (start[row] ?? 0);
    onlyName[row] = names === 1 ? (name[next - 1] ?? 0) : -1;
    mostNames = Math.max(mostNames, names);
  }
  start[locations.length] = next;
  return { start, name, names: interned.names, onlyName, mostNames };
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

/** Last part of a path, as Go's path/filepath.Base on Unix; '' stays ''. */
export function fileName(path: string): string {
  return /[^/]/.test(path) ? (path.replace(/\/+$/, '').split('/').at(-1) ?? '') : path.slice(0, 1);
}
