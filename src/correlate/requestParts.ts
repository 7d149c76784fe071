import { remember } from '../base';
import { NONE } from '../gotrace';
import {
  costClasses,
  type GoroutineTimelines,
  rowsBy,
  type RuntimeFacts,
  Stretches,
  sumStretches,
  type TaskTable,
  TimelineCursor,
} from '../runtime';
import type { AnalyzedTrace } from './capture';
import { Inheritance } from './goroutineMakers';
import { type RequestLookup, requestLookupOf } from './requestAt';

/** By row of a request: time that was spent on it, and what the GC took of that. Of tasks that are part of others 0. */
export interface RequestTime {
  readonly totalNs: Float64Array;
  readonly gcTaxNs: Float64Array;
}

/**
 * Adds up what is done for requests beside their own time: their tasks on other goroutines, or that go on when the request has ended; and while it lasts, regions in
 * the name of its tasks, and goroutines without tasks that it made, or that those made, until they were last at work: some then wait for the next request, or for the
 * connection to close.
 */
export const requestPartsOf = remember(({ trace, facts }: Pick<AnalyzedTrace, 'trace' | 'facts'>): RequestTime => {
  const lookup = requestLookupOf(facts);
  const parts = { totalNs: new Float64Array(facts.tasks.length), gcTaxNs: new Float64Array(facts.tasks.length) };
  const stretches = new Stretches();
  addTasks(facts, lookup, stretches);
  addRegions(facts, lookup, stretches);
  addMade(facts, new Inheritance(trace.events, (goroutine, timeNs) => lookup.requestAt(goroutine, timeNs)), stretches);
  const { length, task, costs } = sumStretches(trace, facts, stretches);
  for (let row = 0; row < length; row++) {
    const request = task[row] ?? 0;
    const classes = new Float64Array(costClasses.length);
    costs.addTo(classes, row);
    parts.totalNs[request] = classes.reduce((sum, ns, k) => sum + (costClasses[k] === 'absent' ? 0 : ns), 0);
    parts.gcTaxNs[request] = costs.gcTaxNs[row] ?? 0;
  }
  return parts;
});

/** The time of requests on their own goroutines and on others; of those whose begin is not in the trace the latter alone. */
export function requestTimeOf(analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>): RequestTime {
  const { tasks, costs } = analyzed.facts;
  const { outermost } = requestLookupOf(analyzed.facts);
  const parts = requestPartsOf(analyzed);
  const isOwn = (row: number) => outermost.parentOf(row) < 0 && !Number.isNaN(costs.gcTaxNs[row] ?? NaN);
  return {
    totalNs: parts.totalNs.map((ns, row) => ns + (isOwn(row) ? (tasks.endNs[row] ?? 0) - (tasks.startNs[row] ?? 0) : 0)),
    gcTaxNs: parts.gcTaxNs.map((ns, row) => ns + (isOwn(row) ? (costs.gcTaxNs[row] ?? 0) : 0)),
  };
}

function addTasks({ tasks, costs }: Pick<RuntimeFacts, 'tasks' | 'costs'>, { outermost }: RequestLookup, stretches: Stretches): void {
  for (let row = 0; row < tasks.length; row++) {
    const request = outermost.of(row);
    if (request !== row && !outermost.isInParent(row) && !Number.isNaN(costs.gcTaxNs[row] ?? NaN)) {
      stretches.add(request, tasks.goroutine[row] ?? 0, tasks.startNs[row] ?? 0, tasks.endNs[row] ?? 0);
    }
  }
}

function addRegions({ tasks, regions }: Pick<RuntimeFacts, 'tasks' | 'regions'>, lookup: RequestLookup, stretches: Stretches): void {
  for (let row = 0; row < regions.length; row++) {
    const goroutine = regions.goroutine[row] ?? NONE;
    const startNs = regions.startNs[row] ?? 0;
    const request = (regions.task[row] ?? 0) === 0 ? -1 : lookup.requestAt(goroutine, startNs, row);
    if (request >= 0 && tasks.goroutine[request] !== goroutine) {
      const endNs = Math.min(regions.endNs[row] ?? 0, tasks.endNs[request] ?? 0);
      stretches.add(request, goroutine, Math.max(startNs, tasks.startNs[request] ?? 0), endNs);
    }
  }
}

function addMade({ tasks, timelines }: Pick<RuntimeFacts, 'tasks' | 'timelines'>, inheritance: Inheritance, stretches: Stretches): void {
  const made = madeWithoutTasks(tasks, timelines.goroutines, inheritance);
  const their = timelines.restrictedTo(made);
  const cursor = new TimelineCursor(their);
  for (const goroutine of made) {
    const request = inheritance.of(goroutine);
    const endNs = tasks.endNs[request] ?? 0;
    stretches.add(request, goroutine, tasks.startNs[request] ?? 0, Math.min(endNs, lastWorkNs(their, cursor, goroutine, endNs)));
  }
}

function madeWithoutTasks(tasks: TaskTable, goroutines: Float64Array, inheritance: Inheritance): number[] {
  const ownTasks = rowsBy(tasks.goroutine);
  const made: number[] = [];
  for (let slot = 0; slot < goroutines.length && tasks.length > 0; slot++) {
    const goroutine = goroutines[slot] ?? NONE;
    if (ownTasks.indexOf(goroutine) < 0 && inheritance.of(goroutine) >= 0) {
      made.push(goroutine);
    }
  }
  return made;
}

/** When a goroutine was last not waiting, up to a moment. */
function lastWorkNs(timelines: GoroutineTimelines, cursor: TimelineCursor, goroutine: number, untilNs: number): number {
  const slot = timelines.slotOf(goroutine);
  const first = timelines.rowStart[slot] ?? 0;
  let row = cursor.rowAt(slot, untilNs);
  while (row >= first && timelines.isWaitingAt(row)) {
    row--;
  }
  return row < first ? -Infinity : timelines.endNsAt(row);
}
