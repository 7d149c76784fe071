import { groupBy } from '../../base';
import type { Trace } from '../../gotrace';
import { framesOfStack, siteOf, type StopTheWorld } from '../../runtime';
import type { AnalyzedTrace } from '..';

/** Stop-the-worlds of one reason. */
export interface StopGroup {
  readonly reason: string;
  readonly isGc: boolean;
  readonly count: number;
  readonly totalNs: number;
  readonly maxNs: number;
  /** Part of the time of the trace. */
  readonly share: number;
  /** The line that stopped the world most often, null where no stack says. */
  readonly site: string | null;
}

/** Stop-the-worlds by reason, those that took longest first. */
export function stopGroups({ trace, facts }: AnalyzedTrace): StopGroup[] {
  const wallNs = facts.endNs - facts.startNs;
  return [...groupBy(facts.stops, ({ reason }) => reason)]
    .map(([reason, group]): StopGroup => {
      const lengths = group.map(({ startNs, endNs }) => endNs - startNs);
      const totalNs = lengths.reduce((sum, length) => sum + length, 0);
      return {
        reason,
        isGc: group.some(({ isGc }) => isGc),
        count: group.length,
        totalNs,
        share: wallNs === 0 ? 0 : totalNs / wallNs,
        maxNs: lengths.reduce((most, length) => Math.max(most, length), 0),
        site: commonSite(trace, group),
      };
    })
    .sort((a, b) => b.totalNs - a.totalNs);
}

function commonSite(trace: Trace, stops: readonly StopTheWorld[]): string | null {
  const sites = groupBy(stops, ({ stack }) => siteOf(framesOfStack(trace, stack)));
  const [most] = [...sites].filter(([site]) => site !== null).sort((a, b) => b[1].length - a[1].length);
  return most?.[0] ?? null;
}
