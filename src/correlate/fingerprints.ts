import { groupBy } from '../base';
import type { Trace } from '../gotrace';
import type { Profile } from '../pprof';
import type { RuntimeFacts } from '../runtime';
import { type LabelledWork, type LabelReading, readLabelledWork } from './labelledWork';
import { SampleOwners } from './sampleOwners';
import { SampleStacks } from './sampleStacks';
import type { LabelProducer, LabelScope } from './spanLabels';

/** What the samples of a task say of its span. */
export interface TaskFingerprint {
  /** CPU samples of the task in the trace. */
  readonly samples: number;
  /** The work of the profile that is the task's; null where none is, or where it does not stand out. */
  readonly work: LabelledWork | null;
  readonly producer: LabelProducer | null;
  /** Samples that both have, of all that either has: 1 when their stacks are the same; 0 when nothing fits. */
  readonly score: number;
  /** The next best score, of this task with another work or of that work with another task: near `score` it is ambiguous. */
  readonly rivalScore: number;
  /** Whether something fits, but no better than a rival. */
  readonly isAmbiguous: boolean;
}

/** Labels of a CPU profile joined to the tasks of the trace beside it, without any id in the trace (correlation-conventions.md section 8b). */
export interface FingerprintJoin {
  /** By row of facts.tasks: tasks that CPU samples fell into. */
  readonly byTask: ReadonlyMap<number, TaskFingerprint>;
  /** Trace ids that stand beside span ids, by span id. */
  readonly traceOfSpan: ReadonlyMap<string, string>;
  /** Labels of the profile that name spans or traces. */
  readonly labels: readonly string[];
}

/** A join needs most of the samples to be the same; the best of a pair must leave the next best this far behind. */
const leastScore = 0.5;
const rivalShare = 0.8;

/** Stacks that so many pairs of tasks and works have in common tell none of them apart, and would cost quadratic time. */
const mostPairsOfStack = 250_000;

/**
 * Joins by fingerprint: with a CPU profile and a trace running together the same signals go into both, so the stacks of a task's samples, with their counts, are those
 * of the samples that carry its span's label. The name
 * beside a label must be the task's type: the outermost task of a request that began before the trace is not its root.
 */
export function joinFingerprints(trace: Trace, facts: RuntimeFacts, profile: Profile): FingerprintJoin {
  const stacks = new SampleStacks();
  const readings = readLabelledWork(profile, stacks.ofProfile(profile));
  const byTask = new Map<number, TaskFingerprint>();
  if (readings.length > 0) {
    const workOf = taskWork(facts, new SampleOwners(trace, facts), stacks.ofTrace(trace));
    for (const reading of readings) {
      for (const [row, found] of bestScope(reading, workOf, facts)) {
        const known = byTask.get(row);
        if (known === undefined || (known.work === null && found.work !== null)) {
          byTask.set(row, found);
        }
      }
    }
  }
  return { byTask, traceOfSpan: traceOfSpan(readings), labels: readings.flatMap(({ works }) => works[0]?.key ?? []) };
}

function traceOfSpan(readings: readonly LabelReading[]): Map<string, string> {
  const works = readings.flatMap((reading) => reading.works);
  return new Map(
    works.flatMap(({ spanId, traceId }): [string, string][] => (spanId === null || traceId === null ? [] : [[spanId, traceId]])),
  );
}

/** Stacks of a task's samples. */
interface TaskWork {
  readonly stacks: Map<number, number>;
  samples: number;
}

type WorkByScope = Readonly<Record<LabelScope, ReadonlyMap<number, TaskWork>>>;

/** Samples of each task: of itself, and of each request with all that is within it. */
function taskWork({ samples }: RuntimeFacts, owners: SampleOwners, stackNumber: (stack: number) => number): WorkByScope {
  const own = new Map<number, TaskWork>();
  const whole = new Map<number, TaskWork>();
  for (let sample = 0; sample < samples.length; sample++) {
    const rows = owners.ownersOf(sample);
    const stack = stackNumber(samples.stack[sample] ?? 0);
    count(own, rows[0], stack);
    count(whole, rows.at(-1), stack);
  }
  return { span: own, request: whole };
}

function count(works: Map<number, TaskWork>, row: number | undefined, stack: number): void {
  if (row !== undefined) {
    const work = works.get(row) ?? { stacks: new Map<number, number>(), samples: 0 };
    works.set(row, work);
    work.stacks.set(stack, (work.stacks.get(stack) ?? 0) + 1);
    work.samples++;
  }
}

/** What a label names is a setting of its producer: of the scopes that it may have, the one by which most samples are joined. */
function bestScope(reading: LabelReading, workOf: WorkByScope, facts: RuntimeFacts): Map<number, TaskFingerprint> {
  const tried = reading.scopes.map((scope) => {
    const found = match(reading, workOf[scope], facts);
    const joined = [...found.values()].reduce((sum, { samples, work }) => sum + (work === null ? 0 : samples), 0);
    return { found, joined };
  });
  return tried.reduce((best, next) => (next.joined > best.joined ? next : best)).found;
}

interface Pair {
  readonly row: number;
  readonly work: LabelledWork;
  readonly score: number;
}

function match(reading: LabelReading, tasks: ReadonlyMap<number, TaskWork>, facts: RuntimeFacts): Map<number, TaskFingerprint> {
  const pairs = scorePairs(reading, tasks, facts);
  const joined = oneToOne(pairs);
  const found = new Map<number, TaskFingerprint>();
  const pairsOf = groupBy(pairs, ({ row }) => row);
  for (const [row, { samples }] of tasks) {
    const [best, next] = (pairsOf.get(row) ?? []).sort((a, b) => b.score - a.score);
    const own = joined.get(row);
    found.set(
      row,
      own === undefined
        ? { samples, work: null, producer: null, ...undecided(best, next) }
        : {
            samples,
            work: own.pair.work,
            producer: reading.producer,
            score: own.pair.score,
            rivalScore: own.rivalScore,
            isAmbiguous: false,
          },
    );
  }
  return found;
}

/** Where the own rivals of a task are far behind, its best fits another task as well. */
function undecided(best: Pair | undefined, next: Pair | undefined): Pick<TaskFingerprint, 'score' | 'rivalScore' | 'isAmbiguous'> {
  const score = best?.score ?? 0;
  const isSeparate = (next?.score ?? 0) <= rivalShare * score;
  return { score, rivalScore: isSeparate ? score : (next?.score ?? 0), isAmbiguous: score >= leastScore };
}

function scorePairs({ works }: LabelReading, tasks: ReadonlyMap<number, TaskWork>, facts: RuntimeFacts): Pair[] {
  const rowsOfStack = new Map<number, number[]>();
  for (const [row, { stacks }] of tasks) {
    for (const stack of stacks.keys()) {
      const rows = rowsOfStack.get(stack);
      rowsOfStack.set(stack, rows === undefined ? [row] : (rows.push(row), rows));
    }
  }
  const worksOfStack = new Map<number, number>();
  works.forEach(({ stacks }) => {
    stacks.forEach((_, stack) => worksOfStack.set(stack, (worksOfStack.get(stack) ?? 0) + 1));
  });
  return works.flatMap((work) => {
    const common = new Map<number, number>();
    for (const [stack, samples] of work.stacks) {
      const rows = rowsOfStack.get(stack) ?? [];
      for (const row of rows.length * (worksOfStack.get(stack) ?? 0) > mostPairsOfStack ? [] : rows) {
        common.set(row, (common.get(row) ?? 0) + Math.min(samples, tasks.get(row)?.stacks.get(stack) ?? 0));
      }
    }
    return [...common]
      .filter(([row]) => work.name === undefined || work.name === facts.tasks.at(row)?.type)
      .map(([row, samples]): Pair => ({ row, work, score: samples / (work.samples + (tasks.get(row)?.samples ?? 0) - samples) }));
  });
}

interface JoinedPair {
  readonly pair: Pair;
  readonly rivalScore: number;
}

/** Pairs that are each other's best and clearly so. What is joined is out of the way of the others. */
function oneToOne(all: readonly Pair[]): Map<number, JoinedPair> {
  const joined = new Map<number, JoinedPair>();
  const taken = new Set<LabelledWork>();
  for (let pairs = all.filter(({ score }) => score >= leastScore * rivalShare); ;) {
    const bestOfTask = bestOf(pairs, ({ row }) => row);
    const bestOfWork = bestOf(pairs, ({ work }) => work);
    const before = joined.size;
    for (const [row, { pair, rivalScore }] of bestOfTask) {
      const other = bestOfWork.get(pair.work);
      const rival = Math.max(rivalScore, other?.rivalScore ?? 0);
      if (other?.pair === pair && pair.score >= leastScore && rival <= rivalShare * pair.score) {
        joined.set(row, { pair, rivalScore: rival });
        taken.add(pair.work);
      }
    }
    if (joined.size === before) {
      return joined;
    }
    pairs = pairs.filter(({ row, work }) => !joined.has(row) && !taken.has(work));
  }
}

function bestOf<K>(pairs: readonly Pair[], keyOf: (pair: Pair) => K): Map<K, JoinedPair> {
  const best = new Map<K, JoinedPair>();
  for (const pair of pairs) {
    const known = best.get(keyOf(pair));
    if (known === undefined || pair.score > known.pair.score) {
      best.set(keyOf(pair), { pair, rivalScore: known?.pair.score ?? 0 });
    } else if (pair.score > known.rivalScore) {
      best.set(keyOf(pair), { pair: known.pair, rivalScore: pair.score });
    }
  }
  return best;
}
