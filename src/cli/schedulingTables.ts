import { type AnalyzedTrace, type MmuJson, type SchedulingJson, toSchedulingJson } from '../correlate';
import { milliseconds, table } from './tables';

/** What the scheduler and the collector did, as tables for people. */
export function schedulingTables(analyzed: AnalyzedTrace): string[] {
  const scheduling = toSchedulingJson(analyzed);
  return [
    stopTable(analyzed, scheduling),
    workerTable(scheduling),
    utilisationTable(scheduling),
    latencyTable(scheduling),
    waitTable(scheduling),
    elsewhereTable(scheduling),
  ];
}

function stopTable({ facts }: AnalyzedTrace, { stopLatencies }: SchedulingJson): string {
  const rows = facts.stops
    .map((stop, row) => ({ ...stop, latencyNs: stopLatencies[row]?.latencyNs ?? null }))
    .sort((a, b) => b.endNs - b.startNs - (a.endNs - a.startNs))
    .map(({ reason, startNs, endNs, latencyNs }) => [
      reason,
      milliseconds(startNs - facts.startNs),
      milliseconds(endNs - startNs),
      latencyNs === null ? '' : milliseconds(latencyNs),
    ]);
  return table('Stop-the-worlds, the longest first', ['reason', 'at ms', 'ms', 'until all Ps had stopped ms'], rows);
}

function workerTable({ gcWorkers }: SchedulingJson): string {
  const rows = gcWorkers.cycles.map(({ seq, procs, dedicatedNs, fractionalNs, idleNs, occupancy }) => [
    seq,
    procs ?? '',
    milliseconds(dedicatedNs),
    milliseconds(fractionalNs),
    milliseconds(idleNs),
    occupancy === null ? '' : `${(occupancy * 100).toFixed(1)} %`,
  ]);
  return table('Background mark workers', ['GC', 'Ps', 'dedicated ms', 'fractional ms', 'idle ms', 'of all Ps'], rows);
}

/** Some windows of the curve, among them what people compare: 1 ms, 10 ms, 100 ms, 1 s. */
function utilisationTable({ mmu }: SchedulingJson): string {
  const nearest = (curve: readonly MmuJson[], windowNs: number) =>
    curve.reduce<MmuJson | undefined>(
      (best, point) => (best === undefined || distance(point, windowNs) < distance(best, windowNs) ? point : best),
      undefined,
    );
  const share = (point: MmuJson | undefined, windowNs: number) =>
    point === undefined || distance(point, windowNs) > Math.log(1.2) ? '' : `${(point.utilisation * 100).toFixed(1)} %`;
  const rows = [1e5, 1e6, 1e7, 1e8, 1e9]
    .map((windowNs) => [
      milliseconds(windowNs),
      share(nearest(mmu.system, windowNs), windowNs),
      share(nearest(mmu.perProc, windowNs), windowNs),
    ])
    .filter(([, system, perProc]) => system !== '' || perProc !== '');
  return table('Minimum mutator utilisation', ['window ms', 'all Ps', 'one P'], rows);
}

function distance({ windowNs }: MmuJson, wantedNs: number): number {
  return Math.abs(Math.log(windowNs / wantedNs));
}

function latencyTable({ schedulerLatency }: SchedulingJson): string {
  const names = { outside: 'outside of GC', mark: 'while the GC marks', stw: 'across a stop-the-world' } as const;
  const rows = (['outside', 'mark', 'stw'] as const)
    .map((phase) => ({ name: names[phase], ...schedulerLatency[phase] }))
    .filter(({ count }) => count > 0)
    .map(({ name, count, p50Ns, p90Ns, p99Ns, p999Ns, maxNs }) => [
      name,
      count,
      ...[p50Ns, p90Ns, p99Ns, p999Ns, maxNs].map((quantileNs) => (quantileNs === null ? '' : milliseconds(quantileNs))),
    ]);
  return table('Waiting for a P', ['when', 'times', 'p50 ms', 'p90 ms', 'p99 ms', 'p99.9 ms', 'longest ms'], rows);
}

function waitTable({ waits }: SchedulingJson): string {
  const rows = waits.map(({ reason, count, totalNs }) => [
    reason === '' ? '(since before the trace)' : reason,
    count,
    milliseconds(totalNs),
  ]);
  return table('Waiting by reason, all goroutines', ['reason', 'times', 'ms'], rows);
}

function elsewhereTable({ elsewhere }: SchedulingJson): string {
  if (elsewhere === null) {
    return '\nWork of tasks on other goroutines: too much of it to tell';
  }
  const rows = [...elsewhere]
    .sort((a, b) => b.cost.running + b.cost.assist - (a.cost.running + a.cost.assist))
    .map(({ task, goroutines, cost }) => [
      task,
      goroutines,
      milliseconds(cost.running + cost.assist + cost.sweep),
      milliseconds(cost.waiting),
      milliseconds(cost.gcTax),
    ]);
  return table('Work of tasks on other goroutines', ['task', 'goroutines', 'on the CPU ms', 'waiting ms', 'GC tax ms'], rows);
}
