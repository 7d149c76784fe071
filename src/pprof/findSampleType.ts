import { excerptList, GclensError } from '../base';
import type { Profile, SampleType } from './profile';

/** Whether a profile counts CPU time: taken with a trace, its samples are the trace's. */
export function isCpuProfile({ sampleTypes }: Profile): boolean {
  return sampleTypes.some(({ type }) => type === 'cpu');
}

/**
 * Row of `sampleTypes` that a user means by a number or a name, as `go tool pprof -sample_index` reads it (google/pprof profile/index.go): `inuse_space`
 * also finds `space`; '' is the default of the profile.
 * @throws GclensError that lists the names
 */
export function findSampleType({ sampleTypes, defaultSampleType }: Profile, text: string): number {
  if (sampleTypes.length === 0) {
    throw new GclensError('the profile has no sample types');
  }
  if (text === '') {
    return defaultSampleType;
  }
  const isNumber = /^[+-]?\d+$/.test(text);
  const withoutPrefix = text.replace(/^inuse_/, '');
  const found = isNumber ? Number(text) : sampleTypes.findIndex(({ type }) => type === text || type === withoutPrefix);
  if (sampleTypes[found] === undefined) {
    const names = excerptList(sampleTypes.map(({ type }, index) => `${index} ${type}`));
    throw new GclensError(`the profile has no sample type ${text}; it has ${names}`);
  }
  return found;
}

/** Row of the sample type that is shown by default: the named one, else the last (google/pprof profile/index.go, SampleIndexByName). */
export function findDefaultSampleType(sampleTypes: readonly SampleType[], name: string): number {
  const named = name === '' ? -1 : sampleTypes.findIndex(({ type }) => type === name);
  return named >= 0 ? named : Math.max(0, sampleTypes.length - 1);
}

/** Sum of the values of a sample type; null of a profile without it. */
export function sumOfType({ samples, sampleTypes }: Profile, name: string): number | null {
  return samples.values[sampleTypes.findIndex(({ type }) => type === name)]?.reduce((sum, value) => sum + value, 0) ?? null;
}

/** By row of the samples: how many samples it stands for; undefined of a profile that does not say so. */
export function sampleCounts({ samples, sampleTypes }: Profile): Float64Array | undefined {
  return samples.values[sampleTypes.findIndex(({ unit }) => unit === 'count')];
}
