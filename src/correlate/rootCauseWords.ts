import type { AllocationSite } from './allocationSites';
import type { Answer } from './capture';
import type { RootCause } from './rootCause';
import type { TimePart, TimeSplit } from './timeSplit';
import { count, duration, list, percent } from './words';

/** The root cause in plain sentences that name their evidence. */
export function describeRootCause(cause: RootCause): Answer {
  const details = [describeCost(cause), describeSites(cause), describeMaps(cause), describeRequests(cause), describeTime(cause)];
  return { headline: headlineOf(cause), details: details.filter((sentence) => sentence !== null) };
}

function headlineOf({ verdict, cost, sites, time, mapShare }: RootCause): string {
  const [first] = sites;
  const at = first === undefined ? '' : `, most of all at ${first.line} with ${percent(first.share)}`;
  switch (verdict) {
    case 'no GC':
      return `No GC cycle ran: GC is not the cause of anything here${otherwise(time)}.`;
    case 'unread':
      return 'No GC cycle ran in what could be read of this trace: whether GC is the cause of anything cannot be told.';
    case 'not GC':
      return `It is not GC: GC took ${percent(cost.requestShare ?? 0)} of the requests’ time${otherwise(time)}.`;
    case 'forced':
      return 'Calls of runtime.GC are the cause: most cycles were forced, not reached by the heap growing.';
    case 'timer':
      return 'The two-minute timer began most cycles: the heap hardly grows.';
    case 'map operations':
      return `Map operations that allocate are the cause: ${percent(mapShare.operation)} of the allocation that drives GC is theirs${at}.`;
    case 'map code':
      return `Code that works on maps is the cause: ${percent(mapShare.all)} of the allocation that drives GC is in it${at}.`;
    case 'allocation':
      return `Allocation outside of map code is the cause: ${percent(1 - mapShare.all)} of what drives GC${at}.`;
    case 'unknown':
      return 'Who allocates is not in this trace: it has no stacks at the start of cycles, no assists and no CPU samples in the allocator.';
  }
}

/** What took the time instead, by the type of request that took most. */
function otherwise(time: readonly TimeSplit[]): string {
  const busiest = time.find(({ isRequest }) => isRequest);
  return busiest === undefined ? '' : `; ${busiest.type} spent most of its ${duration(busiest.totalNs)} ${describePart(busiest.mostly)}`;
}

const partWords: Readonly<Record<TimePart['part'], string>> = {
  GC: 'paying for GC',
  running: 'running on a CPU',
  runnable: 'ready, waiting for a P',
  syscall: 'in system calls',
  waiting: 'waiting',
  'other stops': 'stopped by others than GC',
};

function describePart({ part, reason, share }: TimePart): string {
  return `${partWords[part]}${reason === null || reason === '' ? '' : ` (${reason})`} (${percent(share)})`;
}

function describeCost({ cost }: RootCause): string | null {
  if (cost.cycles === 0) {
    return null;
  }
  const requests = cost.requestShare === null ? '' : `, ${percent(cost.requestShare)} of the tasks’ time`;
  return (
    `What GC cost: ${count(cost.cycles, 'cycle')} during ${percent(cost.cycleShare)} of the clock${requests}; the world stood still for ` +
    `${duration(cost.stopNs)}, ${duration(cost.longestStopNs)} at most.`
  );
}

const shownSites = 4;

function describeSites({ sites, evidence }: RootCause): string | null {
  if (sites.length === 0) {
    return null;
  }
  const votes = [
    [evidence.triggers, 'start', 'starts'],
    [evidence.assists, 'assist', 'assists'],
    [evidence.samples, 'CPU sample in the allocator', 'CPU samples in the allocator'],
  ] as const;
  const from = list(votes.filter(([number]) => number > 0).map(([number, one, many]) => count(number, one, many)));
  const lines = sites.slice(0, shownSites).map((site) => `${site.line} ${shareOf(site)}`);
  return `Lines that drive GC, by ${from}: ${lines.join('; ')}.`;
}

/** `55 % (46 % to 61 %; 54 % of the allocated bytes)`. */
function shareOf({ share, interval, allocShare }: AllocationSite): string {
  const notes = [
    interval === null ? null : `95 % interval ${percent(interval.low)} to ${percent(interval.high)}`,
    allocShare === null ? null : `${percent(allocShare)} of all bytes by the allocs profile`,
  ].filter((note) => note !== null);
  return `${percent(share)}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}

function describeMaps({ mapShare, sites }: RootCause): string | null {
  if (sites.length === 0) {
    return null;
  }
  const parts = (
    [
      ['operation', 'inside map operations (stack)'],
      ['region', 'inside map regions (region)'],
      ['function', 'in functions with map samples (samples)'],
    ] as const
  )
    .filter(([tie]) => mapShare[tie] > 0)
    .map(([tie, words]) => `${percent(mapShare[tie])} ${words}`);
  return parts.length === 0 ? 'None of that allocation is tied to maps.' : `Of that allocation: ${list(parts)}.`;
}

function describeRequests({ sites }: RootCause): string | null {
  const served = sites.slice(0, shownSites).flatMap(({ line, requests }) => {
    const types = requests.flatMap(({ type, events }) => (type === null || type === '' ? [] : [`${type} (${events})`])).slice(0, 3);
    return types.length === 0 ? [] : [`${line} for ${list(types)}`];
  });
  return served.length === 0 ? null : `Requests on those lines, by events: ${served.join('; ')}.`;
}

const shownTypes = 4;

function describeTime({ time }: RootCause): string | null {
  const types = time.filter(({ isRequest, totalNs }) => isRequest && totalNs > 0).slice(0, shownTypes);
  return types.length === 0 ? null : `Where the requests’ time went: ${types.map(describeType).join('; ')}.`;
}

function describeType({ type, totalNs, gcTaxNs, partsNs, partsGcTaxNs, mostly }: TimeSplit): string {
  const parts = partsNs === 0 ? '' : ` (its other goroutines ${percent(partsGcTaxNs / partsNs)})`;
  return `${type === '' ? 'tasks begun before' : type} GC ${percent(gcTaxNs / totalNs)}${parts}, mostly ${describePart(mostly)}`;
}
