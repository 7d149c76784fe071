import type { CallGraphOptions } from './callGraph';
import type { FrameNames } from './frameNames';
import { absInt64, addInt64, type Int64 } from './int64';
import type { Profile } from './profile';
import { baseLabel, sampleValues } from './sampleValues';
import { formatValue } from './units';

/** A set of labels at the frame that samples with it were taken in. */
interface Tag {
  readonly frame: number;
  flat: Int64;
  cum: Int64;
}

/**
 * By frame how many sets of labels its own samples carry: a drawn graph has a box for each, so pprof counts them as nodes when it chooses which to draw. String
 * labels of a sample are one set; the numeric label `bytes` makes one more (google/pprof internal/graph, addSample, countTags).
 * @param cutoff sets whose value is smaller are dropped
 */
export function countTags(profile: Profile, { start, frame }: FrameNames, options: CallGraphOptions, cutoff: Int64): Uint32Array {
  const { samples, stacks } = profile;
  const valueOf = sampleValues(profile, options.sampleType);
  const labelsOf = labelNamer(profile);
  const taken = Array.from({ length: profile.labels.length === 0 ? 0 : samples.length }, (_, sample) => sample).filter(
    (sample) => valueOf(sample) !== 0 && (options.sampleFilter === undefined || options.sampleFilter[sample] === 1),
  );
  const tags = new Map<string, Tag>();
  const seen = new Set<string>();
  for (const sample of taken) {
    const leaf = leafOf(profile, start, frame, sample);
    if (leaf >= 0 && (options.kept === undefined || options.kept[leaf] === 1)) {
      for (const labels of labelsOf(sample)) {
        const key = `${leaf} ${labels}`;
        const tag = tags.get(key) ?? { frame: leaf, flat: 0, cum: 0 };
        tag.flat = addInt64(tag.flat, valueOf(sample));
        tags.set(key, tag);
      }
    }
  }
  for (const sample of taken) {
    const sets = labelsOf(sample);
    const stack = samples.stack[sample] ?? 0;
    seen.clear();
    for (let entry = stacks.locationStart[stack] ?? 0; sets.length > 0 && entry < (stacks.locationStart[stack + 1] ?? 0); entry++) {
      const row = stacks.location[entry] ?? 0;
      for (let index = start[row] ?? 0; index < (start[row + 1] ?? 0); index++) {
        for (const labels of sets) {
          const key = `${frame[index] ?? 0} ${labels}`;
          const tag = seen.has(key) ? undefined : tags.get(key);
          if (tag !== undefined) {
            seen.add(key);
            tag.cum = addInt64(tag.cum, valueOf(sample));
          }
        }
      }
    }
  }
  const counts = new Uint32Array(options.kept?.length ?? 0);
  for (const { frame: row, flat, cum } of tags.values()) {
    if (flat !== 0 && (absInt64(flat) >= cutoff || absInt64(cum) >= cutoff)) {
      counts[row] = (counts[row] ?? 0) + 1;
    }
  }
  return counts;
}

/** The frame that a sample was taken in; -1 of a sample without frames. */
function leafOf({ samples, stacks }: Profile, start: Uint32Array, frame: Uint32Array, sample: number): number {
  const stack = samples.stack[sample] ?? 0;
  const entry = stacks.locationStart[stack] ?? 0;
  if (entry >= (stacks.locationStart[stack + 1] ?? 0)) {
    return -1;
  }
  return frame[start[stacks.location[entry] ?? 0] ?? 0] ?? -1;
}

/** The sets of labels of a sample, as texts. */
function labelNamer({ samples, labels, strings }: Profile): (sample: number) => readonly string[] {
  const known = new Map<number, readonly string[]>();
  return (sample) => {
    let named = known.get(sample);
    if (named === undefined) {
      const texts: string[] = [];
      const sizes: string[] = [];
      for (let row = samples.labelStart[sample] ?? 0; row < (samples.labelStart[sample + 1] ?? 0); row++) {
        const key = strings[labels.key[row] ?? 0] ?? '';
        const number = labels.number[row] ?? NaN;
        if (Number.isNaN(number)) {
          if (key !== baseLabel.key) {
            texts.push(`${key}:${strings[labels.text[row] ?? 0] ?? ''}`);
          }
        } else if (key === 'bytes') {
          sizes.push(formatValue(number, strings[labels.unit[row] ?? 0] || 'bytes', 'minimum'));
        }
      }
      const joined = texts.sort().join('\\n');
      named = [...(joined === '' ? [] : [joined]), ...new Set(sizes.map((size) => `${joined}\0${size}`))];
      known.set(sample, named);
    }
    return named;
  };
}
