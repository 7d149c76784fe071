import { absInt64, addInt64, type Int64 } from './int64';
import type { Profile } from './profile';

/** The exact value of a sample for a sample type. */
export function sampleValues({ samples }: Profile, sampleType: number): (sample: number) => Int64 {
  const exact = samples.exactValues?.[sampleType];
  const values = samples.values[sampleType];
  return (sample) => {
    const value = values?.[sample] ?? 0;
    return exact == null || Number.isSafeInteger(value) ? value : (exact[sample] ?? 0n);
  };
}

/**
 * What percentages of reports refer to: the sum of the absolute values of all samples; of a profile that holds its base for comparison too, only the base
 * counts (google/pprof internal/report, computeTotal).
 */
export function totalValue(profile: Profile, sampleType: number): Int64 {
  const valueOf = sampleValues(profile, sampleType);
  const isOfBase = baseFinder(profile);
  let total: Int64 = 0;
  let base: Int64 = 0;
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const value = absInt64(valueOf(sample));
    total = addInt64(total, value);
    base = isOfBase(sample) ? addInt64(base, value) : base;
  }
  return base > 0 ? base : total;
}

/** Label of the samples of a base that a profile is compared with. */
export const baseLabel = { key: 'pprof::base', text: 'true' } as const;

function baseFinder({ samples, labels, strings }: Profile): (sample: number) => boolean {
  if (!strings.includes(baseLabel.key)) {
    return () => false;
  }
  return (sample) => {
    for (let label = samples.labelStart[sample] ?? 0; label < (samples.labelStart[sample + 1] ?? 0); label++) {
      if (strings[labels.key[label] ?? 0] === baseLabel.key && strings[labels.text[label] ?? 0] === baseLabel.text) {
        return true;
      }
    }
    return false;
  };
}
