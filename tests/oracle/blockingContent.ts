import { createHash } from 'node:crypto';

import type { Profile } from '../../src/pprof';

/** What a profile holds, whatever the order of its tables: of each stack a hash, and its values. */
export interface ProfileContent {
  readonly head: unknown;
  readonly samples: number;
  readonly values: ReadonlyMap<string, readonly (number | undefined)[]>;
}

export function contentOf({ samples, stacks, locations, functions, strings, ...head }: Profile): ProfileContent {
  const lines = Array.from({ length: locations.length }, (_, location) => {
    const row = locations.lineFunction[location] ?? 0;
    const [name, file] = [strings[functions.name[row] ?? 0], strings[functions.file[row] ?? 0]];
    return `${String(locations.address[location]?.toString(16))} ${String(name)} ${String(file)}:${String(locations.lineNumber[location])}`;
  });
  const values = Array.from(samples.stack, (stack, sample) => {
    const own = stacks.location.subarray(stacks.locationStart[stack], stacks.locationStart[stack + 1]);
    const text = Array.from(own, (location) => lines[location]).join('\n');
    return [shortHash(text), samples.values.map((column) => column[sample])] as const;
  });
  const { sampleTypes, period, periodType, timeUnixNs, durationNs } = head;
  return {
    head: { sampleTypes, period, periodType, timeUnixNs: String(timeUnixNs), durationNs },
    samples: samples.length,
    values: new Map(values),
  };
}

/** One hash for all of it. */
export function hashOf({ head, samples, values }: ProfileContent): string {
  return shortHash(JSON.stringify([head, samples, [...values].sort(([a], [b]) => (a < b ? -1 : 1))]));
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
