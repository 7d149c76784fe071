import type { Attributes } from '@opentelemetry/api';

import { pushTo } from '../base';
import type { AnalyzedTrace } from '../correlate';
import { NONE } from '../gotrace';
import {
  listOf,
  type MapDetail,
  MapDetails,
  type MapInterval,
  mapOps,
  type MapOp,
  type RuntimeFacts,
  rowAt,
  RowGroups,
  type Task,
} from '../runtime';
import { codeOfMapWork, codeOfSample } from './codeAttributes';

/** Map activity of one request, as far as there is evidence of it. */
export interface MapWork {
  /** `map iterate`, or `map region` where the evidence does not say which operation. */
  readonly name: string;
  /** Unique within the capture. */
  readonly position: string;
  readonly op: MapOp | null;
  readonly startNs: number;
  readonly endNs: number;
  readonly attributes: Attributes;
}

/** Consecutive samples are one piece of work when no more than this many sampling periods lie between them. */
const periodsApart = 2;

/** Which request each map interval and each map sample of a trace belongs to: by task, else the innermost task of the goroutine at that time. */
export class MapWorkByTask {
  private readonly intervalsOf = new Map<number, number[]>();
  private readonly samplesOf = new Map<number, number[]>();
  private readonly rowsOfGoroutine: RowGroups;
  private readonly rowsOfId: RowGroups;
  private readonly details: MapDetails;

  constructor(private readonly analyzed: AnalyzedTrace) {
    const { tasks, logs, mapIntervals, samples } = analyzed.facts;
    this.details = new MapDetails(analyzed.trace, logs, mapIntervals);
    this.rowsOfGoroutine = new RowGroups(tasks.goroutine);
    this.rowsOfId = new RowGroups(tasks.id);
    listOf(mapIntervals).forEach((interval, index) => {
      if (!this.details.isInsideRegion(index)) {
        pushTo(this.intervalsOf, this.ownerOf(interval), index);
      }
    });
    for (let sample = 0; sample < samples.length; sample++) {
      if ((samples.mapOp[sample] ?? -1) >= 0) {
        pushTo(this.samplesOf, this.innermost(samples.goroutine[sample] ?? -1, samples.timeNs[sample] ?? 0), sample);
      }
    }
  }

  /** In order of evidence, then time; instants, which have no duration, are left out. */
  of(row: number): MapWork[] {
    const task = this.analyzed.facts.tasks.at(row);
    return task === undefined
      ? []
      : [...this.intervalWork(row, task), ...this.sampleWork(row, task)].filter((work) => work.endNs > work.startNs);
  }

  private intervalWork(row: number, task: Task): MapWork[] {
    const { facts, trace } = this.analyzed;
    return (this.intervalsOf.get(row) ?? []).flatMap((index) => {
      const interval = facts.mapIntervals.at(index);
      const stack = interval?.event == null ? 0 : trace.events.stackAt(interval.event);
      return interval === undefined ? [] : [workOfInterval(interval, index, task, this.details.of(index), codeOfMapWork(trace, stack))];
    });
  }

  private sampleWork(row: number, task: Task): MapWork[] {
    const { facts, trace } = this.analyzed;
    return runsOfSamples(facts, this.samplesOf.get(row) ?? []).map((run) => {
      const first = run.samples[0] ?? 0;
      const site = facts.samples.sites[facts.samples.site[first] ?? -1];
      return workOfRun(facts, run, task, codeOfSample(trace, facts.samples.stack[first] ?? 0, site));
    });
  }

  private ownerOf({ task, goroutine, startNs }: MapInterval): number {
    const { tasks } = this.analyzed.facts;
    const rows = this.rowsOfId.rowsOf(task);
    return task > 0 && rows.length > 0
      ? (rows.findLast((row) => (tasks.startNs[row] ?? Infinity) <= startNs) ?? rows[0] ?? -1)
      : this.innermost(goroutine, startNs);
  }

  private innermost(goroutine: number, timeNs: number): number {
    const { startNs, endNs } = this.analyzed.facts.tasks;
    const rows = goroutine === NONE ? noRows : this.rowsOfGoroutine.rowsOf(goroutine);
    return rows.findLast((row) => (startNs[row] ?? Infinity) <= timeNs && timeNs < (endNs[row] ?? -Infinity)) ?? -1;
  }
}

const noRows = new Uint32Array();

function workOfInterval(interval: MapInterval, index: number, task: Task, detail: MapDetail, code: Attributes): MapWork {
  const op = opOfName(interval.name);
  const startNs = Math.max(interval.startNs, task.startNs);
  const endNs = Math.min(interval.endNs, task.endNs);
  return {
    name: op === null ? 'map region' : `map ${op}`,
    position: `map interval ${index}`,
    op,
    startNs,
    endNs,
    attributes: {
      'gclens.map.evidence': interval.evidence,
      ...(op === null ? {} : { 'gclens.map.op': op }),
      [interval.evidence === 'region' ? 'gclens.region.type' : 'gclens.log.name']: interval.name,
      ...(detail.name === undefined ? {} : { 'gclens.map.name': detail.name }),
      ...(detail.entries === undefined ? {} : { 'gclens.map.entries': detail.entries }),
      'gclens.goroutine.id': interval.goroutine,
      ...(interval.cutStart || startNs > interval.startNs ? { 'gclens.cut.start': true } : {}),
      ...(interval.cutEnd || endNs < interval.endNs ? { 'gclens.cut.end': true } : {}),
      ...code,
    },
  };
}

/** Words by which regions and logs name an operation, besides its own name. */
const opWords: Readonly<Record<string, MapOp>> = {
  range: 'iterate',
  iteration: 'iterate',
  iter: 'iterate',
  insert: 'assign',
  lookup: 'access',
};

/** The operation that a region's type names by one of its words. */
function opOfName(name: string): MapOp | null {
  for (const word of name.toLowerCase().split(/[^a-z]+/)) {
    const op = mapOps.find((candidate) => candidate === word) ?? opWords[word];
    if (op !== undefined) {
      return op;
    }
  }
  return null;
}

interface SampleRun {
  readonly op: MapOp;
  readonly goroutine: number;
  readonly samples: number[];
  /** The stretch of running that all of them lie in. */
  readonly stretch: number;
}

function runsOfSamples({ samples, timelines }: RuntimeFacts, rows: readonly number[]): SampleRun[] {
  const runs: SampleRun[] = [];
  for (const sample of rows) {
    const goroutine = samples.goroutine[sample] ?? -1;
    const timeNs = samples.timeNs[sample] ?? 0;
    const op = mapOps[samples.mapOp[sample] ?? -1];
    const slot = timelines.slotOf(goroutine);
    const stretch = slot < 0 ? -1 : rowAt(timelines, slot, timeNs);
    if (op === undefined) {
      continue;
    }
    const run = runs.findLast((candidate) => candidate.op === op && candidate.goroutine === goroutine);
    const last = samples.timeNs[run?.samples.at(-1) ?? -1] ?? -Infinity;
    if (run !== undefined && run.stretch === stretch && timeNs - last <= periodsApart * samples.periodNs) {
      run.samples.push(sample);
    } else {
      runs.push({ op, goroutine, samples: [sample], stretch });
    }
  }
  return runs;
}

/** A sample speaks for the period before it, as far as its goroutine ran in that time. */
function workOfRun(facts: RuntimeFacts, run: SampleRun, task: Task, code: Attributes): MapWork {
  const { samples, timelines } = facts;
  const first = run.samples[0] ?? 0;
  const firstNs = samples.timeNs[first] ?? 0;
  const lastNs = samples.timeNs[run.samples.at(-1) ?? first] ?? firstNs;
  return {
    name: `map ${run.op}`,
    position: `map samples ${first}`,
    op: run.op,
    startNs: Math.max(firstNs - samples.periodNs, run.stretch < 0 ? firstNs : timelines.startNsAt(run.stretch), task.startNs),
    endNs: lastNs,
    attributes: {
      'gclens.map.evidence': 'samples',
      'gclens.map.op': run.op,
      'gclens.map.samples': run.samples.length,
      'gclens.map.estimated_ns': run.samples.length * samples.periodNs,
      'gclens.goroutine.id': run.goroutine,
      ...code,
    },
  };
}
