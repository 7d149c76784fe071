import { alignTabs } from './alignTabs';
import { compareCodePoints } from './compareCodePoints';
import { absInt64, addInt64, compareDescending, type Int64 } from './int64';
import { LabelReader } from './labels';
import type { Profile } from './profile';
import { reportValues } from './reportHeader';
import { sampleValues } from './sampleValues';
import { formatPercentage } from './units';

/** What of a profile is listed. */
export interface TagsOptions {
  readonly sampleType: number;
  /** 1 for samples to take; all when absent. */
  readonly sampleFilter?: Uint8Array;
}

/** The text that `go tool pprof -tags` prints: values of every label with what their samples weigh (google/pprof internal/report, printTags). */
export function formatTags(profile: Profile, { sampleType, sampleFilter }: TagsOptions): string {
  const { total, format } = reportValues(profile, sampleType, 'minimum');
  const share = (value: Int64): string => (total > 0 ? ` (${formatPercentage(value, total)})` : '');
  const lines: string[] = [];
  for (const [key, values] of [...sumLabels(profile, sampleType, sampleFilter)].sort(([a], [b]) => compareCodePoints(a, b))) {
    const sum = [...values.values()].reduce(addInt64, 0);
    lines.push(`${key}:\t Total ${format(sum)} of ${format(total)}${share(sum)}`);
    for (const [value, weight] of [...values].sort(compareTags)) {
      lines.push(` \t${format(weight)}${share(weight)}:\t ${value}`);
    }
    lines.push('');
  }
  return lines.length === 0 ? '' : alignTabs(`${lines.join('\n')}\n`);
}

function compareTags([nameA, a]: readonly [string, Int64], [nameB, b]: readonly [string, Int64]): number {
  return compareDescending(absInt64(a), absInt64(b)) || compareCodePoints(nameA, nameB);
}

/** Weights by key and value. A sample counts once for each time it has a value. */
function sumLabels(profile: Profile, sampleType: number, sampleFilter: Uint8Array | undefined): Map<string, Map<string, Int64>> {
  const { samples } = profile;
  const reader = new LabelReader(profile);
  const valueOf = sampleValues(profile, sampleType);
  const sums = new Map<string, Map<string, Int64>>();
  for (let sample = 0; sample < samples.length; sample++) {
    if (sampleFilter !== undefined && sampleFilter[sample] !== 1) {
      continue;
    }
    for (let label = samples.labelStart[sample] ?? 0; label < (samples.labelStart[sample + 1] ?? 0); label++) {
      const key = reader.keyAt(label);
      const values = sums.get(key) ?? new Map<string, Int64>();
      sums.set(key, values);
      const value = reader.valueAt(label);
      values.set(value, addInt64(values.get(value) ?? 0, valueOf(sample)));
    }
  }
  return sums;
}
