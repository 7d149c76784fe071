import { Coverage, mapOps, unionOf, type GcCycle, type Task } from '../runtime';
import type { AnalyzedTrace, Answer, TaskCost } from './capture';
import { groupBy } from './groupBy';
import { fewSamples } from './notices';
import { wilsonInterval } from './proportion';
import { assistSites, mapTiesOf, triggerSites, type MapTie } from './triggers';
import { count, duration, list, percent } from './words';

/** The answer of an execution trace. */
export function answerTrace(analyzed: AnalyzedTrace): Answer {
  const { facts } = analyzed;
  const ties = mapTiesOf(analyzed);
  const details = [
    describeCycles(analyzed),
    describeRegions(analyzed),
    describeLogs(analyzed),
    describeSamples(analyzed),
    describeLines(analyzed),
    describeTriggers(analyzed, ties),
    describeRequests(analyzed),
    describeAssists(analyzed),
    facts.gcCycles.length > 0
      ? 'Go traces have no map events: every figure on maps comes from regions, logs or CPU samples, as it says.'
      : null,
  ];
  return { headline: headlineOf(analyzed, ties), details: details.filter((sentence) => sentence !== null) };
}

function headlineOf(analyzed: AnalyzedTrace, ties: readonly MapTie[]): string {
  const { facts, overlap } = analyzed;
  const wallNs = overlap.cycleWallNs + overlap.outsideWallNs;
  const cycles = facts.gcCycles.length;
  if (cycles === 0) {
    return `No GC cycle ran in the ${duration(wallNs)} of this trace, so neither map iteration nor anything else made GC spike here.`;
  }
  if (!hasMapActivity(analyzed)) {
    return facts.samples.length === 0
      ? `Whether maps have to do with the ${count(cycles, 'GC cycle')} of this trace cannot be told: it has neither CPU samples nor map regions.`
      : `Map iteration is not what triggers GC here: none of ${count(facts.samples.length, 'CPU sample')} fell into a map operation, and there are no map regions.`;
  }
  return `${verdictOn(analyzed, ties)} ${overlapClause(analyzed)}.`;
}

function verdictOn(analyzed: AnalyzedTrace, ties: readonly MapTie[]): string {
  const triggers = analyzed.facts.gcCycles.map(({ trigger }) => trigger);
  const most = (number: number) => number * 2 >= ties.length;
  const byMaps = ties.filter((tie) => tie === 'operation').length;
  const tied = ties.filter((tie) => tie !== null).length;
  const forced = triggers.filter((trigger) => trigger === 'forced').length;
  const of = (number: number) => `${number} of ${count(ties.length, 'cycle')}`;
  if (most(byMaps)) {
    return `Map operations themselves trigger GC here: ${of(byMaps)} began inside one, and`;
  }
  if (most(forced)) {
    return `Map iteration is not what triggers GC here, calls of runtime.GC are: ${of(forced)} began there, and`;
  }
  if (most(tied)) {
    return `Map iteration by itself is not what triggers GC here, allocations in code that works on maps are: ${of(tied)} began there, and`;
  }
  if (triggers.every((trigger) => trigger === 'unknown')) {
    return 'What started GC is not in this trace:';
  }
  const verdict =
    chanceOf(analyzed) === 'more'
      ? 'Map work and GC coincide here, but maps are not what starts it'
      : 'Map iteration is not what triggers GC here';
  return tied === 0 ? `${verdict}:` : `${verdict}, only ${of(tied)} began in code that works on maps:`;
}

/** Whether more map samples fell into GC than its share of the time explains, by the 95 % interval; null where that cannot be asked. */
function chanceOf({ overlap }: AnalyzedTrace): 'more' | 'fewer' | 'as many' | null {
  const inside = overlap.inCycles.mapSamples;
  const total = inside + overlap.outside.mapSamples;
  if (total === 0 || overlap.cycleWallNs === 0) {
    return null;
  }
  const { low, high } = wilsonInterval(inside, total);
  const expected = share(overlap.cycleWallNs, overlap.outsideWallNs);
  return expected < low ? 'more' : expected > high ? 'fewer' : 'as many';
}

function overlapClause({ overlap }: AnalyzedTrace): string {
  const { cycleWallNs, outsideWallNs, inCycles, outside, lift } = overlap;
  const time = `which cover ${percent(share(cycleWallNs, outsideWallNs))} of the time`;
  const mapSamples = inCycles.mapSamples + outside.mapSamples;
  if (mapSamples > 0) {
    const strength = lift === null ? '' : ` (lift ${lift.toFixed(2)})`;
    const doubt = mapSamples < fewSamples ? ', too few samples to be sure' : '';
    return `${inCycles.mapSamples} of ${count(mapSamples, 'map sample')} fell into GC cycles, ${time}${strength}${doubt}`;
  }
  const inside = percent(share(inCycles.mapRegionNs, outside.mapRegionNs));
  return `${inside} of the time in map regions fell into GC cycles, ${time}`;
}

function describeCycles({ facts, overlap }: AnalyzedTrace): string | null {
  const cycles = facts.gcCycles;
  if (cycles.length === 0) {
    return null;
  }
  const kinds = [...groupBy(cycles, (cycle) => (cycle.cutStart ? 'before the trace began' : triggerWords[cycle.trigger]))]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([words, started]) => `${started.length === cycles.length ? '' : `${started.length} `}${words}`);
  const pausedNs = facts.stops.reduce((sum, stop) => sum + (stop.isGc ? stop.endNs - stop.startNs : 0), 0);
  const wall = `${duration(overlap.cycleWallNs)} of ${duration(overlap.cycleWallNs + overlap.outsideWallNs)}`;
  return `${count(cycles.length, 'GC cycle')} ran, ${wall}; started ${list(kinds)}; GC stopped the world for ${duration(pausedNs)} in all.`;
}

const triggerWords: Readonly<Record<GcCycle['trigger'], string>> = {
  heap: 'by the heap reaching its goal',
  forced: 'by runtime.GC',
  periodic: 'by the two-minute timer',
  unknown: 'by something the trace does not show',
};

function describeRegions({ overlap }: AnalyzedTrace): string | null {
  const { inCycles, outside, cycleWallNs, outsideWallNs } = overlap;
  const total = inCycles.mapRegionNs + outside.mapRegionNs;
  if (total === 0 || cycleWallNs === 0) {
    return null;
  }
  return (
    `By regions: ${percent(inCycles.mapRegionNs / total)} of the time inside map regions (${duration(inCycles.mapRegionNs)} of ` +
    `${duration(total)}, added up over goroutines) fell into GC, against ${percent(share(cycleWallNs, outsideWallNs))} of the clock.`
  );
}

function describeLogs({ facts }: AnalyzedTrace): string | null {
  const pairs = facts.mapIntervals.filter(({ evidence, startNs, endNs }) => evidence === 'log' && endNs > startNs);
  const cycles = unionOf(
    facts.gcCycles.map((cycle) => cycle.startNs),
    facts.gcCycles.map((cycle) => cycle.endNs),
  );
  const coverage = new Coverage(cycles.start, cycles.end);
  const totalNs = pairs.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
  const insideNs = pairs.reduce((sum, { startNs, endNs }) => sum + coverage.within(startNs, endNs), 0);
  return totalNs === 0
    ? null
    : `By logs: ${percent(insideNs / totalNs)} of the time between ${count(pairs.length, 'pair')} of map_range_start and map_range_end ` +
        `(${duration(insideNs)} of ${duration(totalNs)}) fell into GC.`;
}

function describeSamples(analyzed: AnalyzedTrace): string | null {
  const { facts, overlap } = analyzed;
  const inside = overlap.inCycles.mapSamples;
  const mapSamples = inside + overlap.outside.mapSamples;
  if (facts.samples.length === 0) {
    return 'By samples: none, no CPU profile was running with the trace.';
  }
  const of = `${mapSamples} of ${count(facts.samples.length, 'CPU sample')} (${percent(mapSamples / facts.samples.length)}) were in map operations`;
  if (mapSamples === 0 || facts.gcCycles.length === 0) {
    return `By samples: ${of}.`;
  }
  const { low, high } = wilsonInterval(inside, mapSamples);
  const meaning = { more: 'more than', fewer: 'fewer than', 'as many': 'as many as' }[chanceOf(analyzed) ?? 'as many'];
  return (
    `By samples: ${of}; ${percent(inside / mapSamples)} of them fell into GC (95 % interval ${percent(low)} to ${percent(high)}), ` +
    `${meaning} the ${percent(share(overlap.cycleWallNs, overlap.outsideWallNs))} of the time that GC covers would bring by chance.`
  );
}

function describeLines({ facts, mapSites }: AnalyzedTrace): string | null {
  if (mapSites.length === 0) {
    return null;
  }
  const total = facts.samples.mapOp.reduce((sum, op) => sum + (op >= 0 ? 1 : 0), 0);
  const byOp = mapOps
    .map((op, index) => [op, facts.samples.mapOp.reduce((sum, sampled) => sum + (sampled === index ? 1 : 0), 0)] as const)
    .filter(([, samples]) => samples > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([op, samples]) => `${op} ${samples}`);
  const lines = mapSites.slice(0, 3).map(({ op, site, samples }) => `${op} at ${site} (${samples})`);
  return `The lines that work on maps most, by ${count(total, 'map sample')}: ${list(lines)}; by operation: ${list(byOp)}.`;
}

function describeTriggers({ facts }: AnalyzedTrace, ties: readonly MapTie[]): string | null {
  const sites = triggerSites(facts.gcCycles);
  if (sites.length === 0) {
    return null;
  }
  const lines = sites.slice(0, 3).map(({ site, count: cycles }) => `${site} (${cycles})`);
  const evidence = (
    [
      ['operation', 'inside a map operation (stack)'],
      ['region', 'inside a map region (region)'],
      ['function', 'in a function with map samples (samples)'],
    ] as const
  )
    .map(([tie, words]) => [ties.filter((found) => found === tie).length, words] as const)
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number} ${words}`);
  const tied = evidence.length === 0 ? 'none of them in code known to work on maps' : list(evidence);
  return (
    `Lines whose allocation or call started a cycle, by the stack at its start: ${list(lines)}; ${tied}. ` +
    'Who starts a cycle is whoever reaches the goal, not all who filled the heap.'
  );
}

function describeAssists({ trace, facts }: AnalyzedTrace): string | null {
  const sites = assistSites(trace, facts);
  const totalNs = sites.reduce((sum, site) => sum + site.totalNs, 0);
  if (totalNs === 0) {
    return null;
  }
  const lines = sites.slice(0, 3).map((site) => `${site.site} (${duration(site.totalNs)})`);
  return (
    `Lines that had to help the collector: ${list(lines)}, of ${duration(totalNs)} in ${count(facts.assists.length, 'assist')}; ` +
    'this is time on and off the CPU, more than the CPU time of the assists.'
  );
}

const taxNames: readonly (readonly [keyof TaskCost, string])[] = [
  ['assist', 'assisting'],
  ['assistWait', 'waiting for assist work'],
  ['runnableInMark', 'runnable during marking'],
  ['stwGC', 'stopped'],
  ['sweep', 'sweeping'],
];

function describeRequests(analyzed: AnalyzedTrace): string | null {
  const { facts, costs } = analyzed;
  if (facts.tasks.length === 0) {
    return 'Which requests paid cannot be told: the trace has no user tasks.';
  }
  const payers = topPayers(facts.tasks, costs);
  if (payers.length === 0) {
    return facts.gcCycles.length === 0 ? null : `None of ${count(facts.tasks.length, 'task')} paid for GC on its own goroutine.`;
  }
  const sentences = payers.map(({ row, cost }) => {
    const task = facts.tasks[row];
    const durationNs = task === undefined ? 0 : task.endNs - task.startNs;
    const [, mostly] = taxNames.map(([member, words]) => [cost[member], words] as const).sort((a, b) => b[0] - a[0])[0] ?? [0, ''];
    return `${nameOf(analyzed, row)} ${duration(cost.gcTax)}, ${percent(cost.gcTax / durationNs)} of its ${duration(durationNs)}, mostly ${mostly}`;
  });
  return `Requests that paid most for GC on their own goroutine: ${sentences.join('; ')}.`;
}

/** A task by its type, the request it is part of, its number and its id with where that comes from. */
function nameOf({ facts, identities }: AnalyzedTrace, row: number): string {
  const task = facts.tasks[row];
  const request = outermostOf(facts.tasks, task);
  const id = identities[row]?.ids[0];
  const type = task === undefined || task.type === '' ? 'a task begun before the trace' : task.type;
  const within = request === task || request === undefined ? '' : ` in ${request.type}`;
  const span = id === undefined ? 'no span id' : `span ${id.spanId} by ${id.source}`;
  return `${type}${within} (task ${task?.id ?? '?'}, ${span})`;
}

/** The outermost task that this one is part of; ids that name each other as parents end the search. */
function outermostOf(tasks: readonly Task[], task: Task | undefined): Task | undefined {
  const taskOfId = new Map(tasks.map((one) => [one.id, one]));
  const seen = new Set<Task>();
  let outermost = task;
  for (let next = task; next !== undefined && !seen.has(next);) {
    seen.add(next);
    outermost = next;
    const { parent } = next;
    next = parent === 0 ? undefined : taskOfId.get(parent);
  }
  return outermost;
}

/** The three tasks with the highest tax; a child on its parent's goroutine is inside the parent's cost and left out. */
function topPayers(tasks: AnalyzedTrace['facts']['tasks'], costs: AnalyzedTrace['costs']): { row: number; cost: TaskCost }[] {
  const taskOfId = new Map(tasks.map((task) => [task.id, task]));
  return costs
    .flatMap((cost, row) => {
      const task = tasks[row];
      const parent = taskOfId.get(task?.parent ?? 0);
      const isInParent = task !== undefined && parent?.goroutine === task.goroutine && parent.endNs >= task.endNs;
      return cost === null || cost.gcTax === 0 || isInParent ? [] : [{ row, cost }];
    })
    .sort((a, b) => b.cost.gcTax - a.cost.gcTax)
    .slice(0, 3);
}

function hasMapActivity({ facts, overlap }: AnalyzedTrace): boolean {
  const samples = overlap.inCycles.mapSamples + overlap.outside.mapSamples;
  return samples > 0 || facts.regions.some((region) => region.isMap && region.endNs > region.startNs);
}

function share(part: number, rest: number): number {
  return part + rest === 0 ? 0 : part / (part + rest);
}
