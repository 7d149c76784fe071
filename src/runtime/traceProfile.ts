import type { GclensError, Notice, WorkOptions } from '../base';
import { NONE, type Trace } from '../gotrace';
import type { Profile } from '../pprof';
import { blockingKinds, type BlockingTable, findBlocking } from './blocking';
import { computeRuntimeFacts } from './computeRuntimeFacts';
import type { AssistTable, RuntimeFacts, SampleFacts } from './facts';
import { type NestedRows, nestedRowsOf } from './nestedRows';
import { rowsBy } from './rowGroups';
import { type ProfileHead, profileOfStacks, type SampleLabel, type StackRows } from './stackProfile';

/** Profiles that a trace holds: blocking ones, CPU samples, mark assists. */
export const traceProfileKinds = [...blockingKinds, 'cpu', 'assist'] as const;
export type TraceProfileKind = (typeof traceProfileKinds)[number];

/** Options of {@link traceProfile}. */
export interface TraceProfileOptions extends WorkOptions {
  /** Whether samples are apart by goroutine, task and region, as labels say. */
  readonly labels?: boolean;
}

/**
 * One of the profiles that a trace holds. The blocking ones are those of `go tool trace -pprof=` (`contentions` in count, `delay` in nanoseconds) and, like those, say
 * neither when nor for how long they were taken; CPU samples (`samples`, `cpu`) and mark assists (`assists`, `assist`) do.
 *
 * Labels: `goroutine`, its id; `region`, the type of the innermost user region that the goroutine was in at the start; `task`, the type of that region's
 * task, else of the innermost task that the goroutine began and that had not ended.
 * @throws the signal's reason when aborted
 */
export async function traceProfile(trace: Trace, kind: TraceProfileKind, options: TraceProfileOptions = {}): Promise<Profile> {
  const { labels = false, ...work } = options;
  if (kind !== 'cpu' && kind !== 'assist') {
    const facts = labels ? await computeRuntimeFacts(trace, work) : null;
    return sumUp(trace, blockingRows(findBlocking(trace, kind)), blockingHead, facts);
  }
  const facts = await computeRuntimeFacts(trace, work);
  const rows = kind === 'cpu' ? sampleRows(facts.samples) : assistRows(facts.assists);
  return sumUp(trace, rows, kind === 'cpu' ? cpuHead(facts) : assistHead(facts), labels ? facts : null);
}

/** Rows with what their labels depend on. */
interface TimedRows extends StackRows {
  readonly goroutine: ArrayLike<number>;
  readonly startNs: ArrayLike<number>;
}

/** {@link traceProfile} without labels, where the facts of the trace are known already. */
export function traceProfileOf(trace: Trace, facts: RuntimeFacts, kind: TraceProfileKind): Profile {
  if (kind !== 'cpu' && kind !== 'assist') {
    return sumUp(trace, blockingRows(findBlocking(trace, kind)), blockingHead, null);
  }
  return sumUp(
    trace,
    kind === 'cpu' ? sampleRows(facts.samples) : assistRows(facts.assists),
    kind === 'cpu' ? cpuHead(facts) : assistHead(facts),
    null,
  );
}

function sumUp(trace: Trace, rows: TimedRows, head: ProfileHead, labelledBy: RuntimeFacts | null): Profile {
  const finder = labelledBy === null ? null : new LabelFinder(labelledBy);
  const labelsAt = (row: number) => finder?.labelsAt(rows.goroutine[row] ?? NONE, rows.startNs[row] ?? 0) ?? [];
  const profile = profileOfStacks(trace, { ...rows, labelsAt }, head);
  return trace.damage === null ? profile : { ...profile, notices: [damageNotice(trace.damage)] };
}

function damageNotice({ message }: GclensError): Notice {
  return {
    severity: 'error',
    text: `The trace is damaged; the profile covers all that comes before, where go tool trace stops at the last whole generation: ${message}`,
  };
}

const blockingHead: ProfileHead = { periodType: { type: 'trace', unit: 'count' }, period: 1 };

function blockingRows({ length, stack, startNs, endNs, goroutine }: BlockingTable): TimedRows {
  const sampleTypes = [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ];
  return { length, stack, goroutine, startNs, sampleTypes, values: [ones(length), durations(startNs, endNs)] };
}

function sampleRows({ length, stack, goroutine, timeNs, periodNs }: SampleFacts): TimedRows {
  const sampleTypes = [
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
  ];
  return { length, stack, goroutine, startNs: timeNs, sampleTypes, values: [ones(length), new Float64Array(length).fill(periodNs)] };
}

function assistRows({ length, stack, goroutine, startNs, endNs }: AssistTable): TimedRows {
  const sampleTypes = [
    { type: 'assists', unit: 'count' },
    { type: 'assist', unit: 'nanoseconds' },
  ];
  return { length, stack, goroutine, startNs, sampleTypes, values: [ones(length), durations(startNs, endNs)] };
}

function cpuHead(facts: RuntimeFacts): ProfileHead {
  return { periodType: { type: 'cpu', unit: 'nanoseconds' }, period: facts.samples.periodNs, ...timeOf(facts) };
}

function assistHead(facts: RuntimeFacts): ProfileHead {
  return { periodType: { type: 'trace', unit: 'count' }, period: 1, ...timeOf(facts) };
}

function timeOf({ startNs, endNs, wall }: RuntimeFacts): Pick<Profile, 'timeUnixNs' | 'durationNs'> {
  return { timeUnixNs: wall === null ? 0n : wall.unixNs - BigInt(wall.traceNs - startNs), durationNs: endNs - startNs };
}

function ones(length: number): Float64Array {
  return new Float64Array(length).fill(1);
}

function durations(startNs: Float64Array, endNs: Float64Array): Float64Array {
  return startNs.map((start, row) => (endNs[row] ?? 0) - start);
}

/** Tells what a goroutine was doing for its user at a moment. */
class LabelFinder {
  private readonly regionsAround: NestedRows;
  private readonly tasksAround: NestedRows;

  constructor(private readonly facts: RuntimeFacts) {
    this.regionsAround = nestedRowsOf(facts.regions);
    this.tasksAround = nestedRowsOf(facts.tasks);
  }

  labelsAt(goroutine: number, timeNs: number): readonly SampleLabel[] {
    if (goroutine === NONE) {
      return [];
    }
    const { regions, tasks } = this.facts;
    const region = regions.at(this.regionsAround.innermostAt(goroutine, timeNs));
    const ofRegion = rowsBy(tasks.id)
      .rowsOf(region?.task ?? 0)
      .at(-1);
    const task = tasks.at(ofRegion ?? this.tasksAround.innermostAt(goroutine, timeNs));
    const labels: SampleLabel[] = [['goroutine', String(goroutine)]];
    if (task !== undefined) {
      labels.push(['task', task.type]);
    }
    if (region !== undefined) {
      labels.push(['region', region.type]);
    }
    return labels;
  }
}
