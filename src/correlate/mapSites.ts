import { compareText } from '../base';
import { mapOps, type MapOp, type SampleFacts } from '../runtime';
import type { MapSite } from './capture';

/** Lines by map operation with their samples, most first, then by operation and site. */
export function countMapSites(samples: SampleFacts): MapSite[] {
  const counts = new Map<string, { op: MapOp; site: string; samples: number }>();
  for (let row = 0; row < samples.length; row++) {
    const op = mapOps[samples.mapOp[row] ?? -1];
    const site = samples.sites[samples.site[row] ?? -1];
    if (op === undefined || site === undefined) {
      continue;
    }
    const key = `${op} ${site}`;
    const counted = counts.get(key) ?? { op, site, samples: 0 };
    counted.samples++;
    counts.set(key, counted);
  }
  return [...counts.values()].sort((a, b) => b.samples - a.samples || compareText(a.op, b.op) || compareText(a.site, b.site));
}
