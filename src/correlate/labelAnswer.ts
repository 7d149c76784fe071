import { labelValues, type Profile } from '../pprof';
import { count, list, percent } from './words';

/** Labels that say map work by their key, as regions do by their type: `map_op`. */
const mapLabels = /(?<![A-Za-z])map_?op(?![A-Za-z])/i;

/** What the labels of a CPU profile say about map work, null without such labels. */
export function describeLabels(profile: Profile): string | null {
  const type = profile.sampleTypes.findIndex((sampleType) => sampleType.type === 'cpu');
  const total = profile.samples.values[type]?.reduce((sum, weight) => sum + weight, 0) ?? 0;
  if (total === 0) {
    return null;
  }
  for (const [key, values] of labelValues(profile, type)) {
    if (mapLabels.test(key)) {
      const shares = [...values].sort((a, b) => b[1].weight - a[1].weight);
      const labelled = shares.reduce((sum, [, { weight }]) => sum + weight, 0);
      const shown = shares.slice(0, 5).map(([value, { weight }]) => `${value} ${percent(weight / total)}`);
      const more = shares.length > shown.length ? [count(shares.length - shown.length, 'other value')] : [];
      return `By labels: ${percent(labelled / total)} of the profile's CPU time carries the label ${key}: ${list([...shown, ...more])}; that is all work under the label, not only map operations.`;
    }
  }
  return null;
}
