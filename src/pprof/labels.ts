import type { Profile } from './profile';
import { matchesSelector, type Selector } from './selector';
import { formatValue } from './units';

/** What samples with one label value weigh together. */
export interface LabelWeight {
  /** Sum over the samples, in the unit of the sample type. A sample counts once for each time it has the value. */
  weight: number;
  samples: number;
}

/**
 * Values of every label key with their weights, as `go tool pprof -tags` lists them: text as it is, numbers with the unit of their key (`64B`).
 * Keys and values stand in the order in which the file has them.
 */
export function labelValues(profile: Profile, sampleType = profile.defaultSampleType): Map<string, Map<string, LabelWeight>> {
  const { samples } = profile;
  const reader = new LabelReader(profile);
  const found = new Map<string, Map<string, LabelWeight>>();
  for (let sample = 0; sample < samples.length; sample++) {
    const weight = samples.values[sampleType]?.[sample] ?? 0;
    for (let label = samples.labelStart[sample] ?? 0; label < (samples.labelStart[sample + 1] ?? 0); label++) {
      addWeight(found, reader.keyAt(label), reader.valueAt(label), weight);
    }
  }
  return found;
}

function addWeight(found: Map<string, Map<string, LabelWeight>>, key: string, value: string, weight: number): void {
  let values = found.get(key);
  if (values === undefined) {
    values = new Map();
    found.set(key, values);
  }
  const entry = values.get(value);
  if (entry === undefined) {
    values.set(value, { weight, samples: 1 });
  } else {
    entry.weight += weight;
    entry.samples++;
  }
}

/**
 * Which samples a selector takes: 1 for those whose labels match. Numeric labels match by their plain number (`"64"`) and as they are shown (`"64B"`).
 */
export function filterSamples(profile: Profile, selector: Selector): Uint8Array {
  const { samples } = profile;
  const reader = new LabelReader(profile);
  const taken = new Uint8Array(samples.length);
  const verdicts = new Map<string, boolean>();
  for (let sample = 0; sample < samples.length; sample++) {
    const [start, end] = [samples.labelStart[sample] ?? 0, samples.labelStart[sample + 1] ?? 0];
    const labels = reader.fingerprint(start, end);
    let verdict = verdicts.get(labels);
    if (verdict === undefined) {
      verdict = matchesSelector(selector, (name) => reader.valuesOf(name, start, end));
      verdicts.set(labels, verdict);
    }
    taken[sample] = verdict ? 1 : 0;
  }
  return taken;
}

/** Labels of a profile as text. */
export class LabelReader {
  private readonly units: ReadonlyMap<number, string>;

  constructor(private readonly profile: Profile) {
    this.units = findUnits(profile);
  }

  keyAt(label: number): string {
    return this.profile.strings[this.profile.labels.key[label] ?? 0] ?? '';
  }

  isText(label: number): boolean {
    return Number.isNaN(this.profile.labels.number[label] ?? NaN);
  }

  /** Text of a label; of a numeric one its number in the unit of its key. */
  valueAt(label: number): string {
    const { labels, strings } = this.profile;
    const number = labels.number[label] ?? NaN;
    if (Number.isNaN(number)) {
      return strings[labels.text[label] ?? 0] ?? '';
    }
    return formatValue(number, this.units.get(labels.key[label] ?? 0) ?? '', 'minimum');
  }

  /** What the labels start … end - 1 named `name` match by. */
  valuesOf(name: string, start: number, end: number): string[] {
    const values: string[] = [];
    for (let label = start; label < end; label++) {
      if (this.keyAt(label) === name) {
        values.push(...this.matchableValues(label));
      }
    }
    return values;
  }

  /** Equal for equal label lists. */
  fingerprint(start: number, end: number): string {
    const { key, text, number } = this.profile.labels;
    let fingerprint = '';
    for (let label = start; label < end; label++) {
      fingerprint += `${key[label]},${text[label]},${number[label]};`;
    }
    return fingerprint;
  }

  private matchableValues(label: number): string[] {
    const shown = this.valueAt(label);
    const number = this.profile.labels.number[label] ?? NaN;
    return Number.isNaN(number) || String(number) === shown ? [shown] : [shown, String(number)];
  }
}

/**
 * Unit of each numeric label key, by its string: the first that a sample gives, else one implied by the key
 * (google/pprof profile/profile.go, NumLabelUnits).
 */
function findUnits({ labels, strings }: Profile): Map<number, string> {
  const given = new Map<string, string>();
  const keys = new Set<number>();
  for (let label = 0; label < labels.length; label++) {
    if (Number.isNaN(labels.number[label] ?? NaN)) {
      continue;
    }
    const key = labels.key[label] ?? 0;
    const name = strings[key] ?? '';
    const unit = strings[labels.unit[label] ?? 0] ?? '';
    keys.add(key);
    if (unit !== '' && !given.has(name)) {
      given.set(name, unit);
    }
  }
  return new Map(
    Array.from(keys, (key) => {
      const name = strings[key] ?? '';
      return [key, given.get(name) ?? (name === 'alignment' || name === 'request' ? 'bytes' : name)];
    }),
  );
}
