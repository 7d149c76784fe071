import { remember } from '../../base';
import { NONE, type StringIndex } from '../../gotrace';
import { Coverage, RowGroups, rowsWhere, type TaskTable, TimelineCursor, unionOf, valuesAt } from '../../runtime';
import type { AnalyzedTrace } from '..';
import { type OutermostTasks, outermostTasks } from '../requestAt';
import { type StackSites, stackSitesOf } from '../stackSite';
import { costedByKind, type TimeSplit } from '../timeSplit';

/** Requests of one kind, by the type of their tasks, with where their time went. */
export interface Endpoint extends TimeSplit {
  readonly maxNs: number;
  readonly maxTaxNs: number;
  /** The line that waited longest for what was waited for longest; null where no stack says. */
  readonly waitsAt: string | null;
  /** Of the waiting, while tasks of the same request were at work on other goroutines. */
  readonly childWaitNs: number;
}

/** What the requests among the types of tasks did, in the order of `time`. Their waits are read when somebody asks: few findings do. */
export function endpointsOf(analyzed: AnalyzedTrace, time: readonly TimeSplit[]): Endpoint[] {
  const { tasks, costs } = analyzed.facts;
  const families = new Families(tasks);
  const requests = costedByKind(tasks, costs).filter(([first = -1]) => families.isRoot(first));
  const rowsByType = new Map(requests.map((rows) => [tasks.at(rows[0] ?? -1)?.type, rows]));
  const rowsOf = ({ type }: TimeSplit) => rowsByType.get(type) ?? noRows;
  const waitsOf = remember((split: TimeSplit) => readWaits(analyzed, families, rowsOf(split), split.waiting[0]?.reason));
  return time
    .filter(({ isRequest }) => isRequest)
    .map((split) => ({
      ...split,
      ...detailsOf({ tasks, costs }, rowsOf(split)),
      get waitsAt() {
        return waitsOf(split).waitsAt;
      },
      get childWaitNs() {
        return waitsOf(split).childWaitNs;
      },
    }));
}

const noRows = new Uint32Array();

type Waits = Pick<Endpoint, 'waitsAt' | 'childWaitNs'>;

function detailsOf(
  { tasks, costs }: Pick<AnalyzedTrace['facts'], 'tasks' | 'costs'>,
  rows: Uint32Array,
): Omit<Endpoint, keyof TimeSplit | keyof Waits> {
  const sums = { maxNs: 0, maxTaxNs: 0 };
  for (let n = 0; n < rows.length; n++) {
    const row = rows[n] ?? 0;
    sums.maxNs = Math.max(sums.maxNs, lengthOf(tasks, row));
    sums.maxTaxNs = Math.max(sums.maxTaxNs, costs.gcTaxNs[row] ?? 0);
  }
  return sums;
}

function readWaits(analyzed: AnalyzedTrace, families: Families, rows: Uint32Array, longestReason: string | undefined): Waits {
  const { trace, facts } = analyzed;
  const waiting = waitingLinesOf(analyzed);
  const reason = longestReason === undefined ? undefined : trace.strings.find(longestReason);
  const lines = new Map<number, number>();
  let childWaitNs = 0;
  for (const row of rows) {
    childWaitNs += waiting.read(row, reason, lines, coverageOf(facts.tasks, families.elsewhere(row)));
  }
  return { waitsAt: waiting.longest(lines), childWaitNs };
}

function lengthOf({ startNs, endNs }: TaskTable, row: number): number {
  return (endNs[row] ?? 0) - (startNs[row] ?? 0);
}

function coverageOf({ startNs, endNs }: TaskTable, rows: Uint32Array): Coverage | null {
  if (rows.length === 0) {
    return null;
  }
  const { start, end } = unionOf(valuesAt(startNs, rows), valuesAt(endNs, rows));
  return new Coverage(start, end);
}

/** Which tasks are part of which request. */
class Families {
  private readonly outermost: OutermostTasks;
  /** Tasks whose time is not part of that of the task they belong to, and by request which of these. */
  private readonly apart: Uint32Array;
  private readonly byRequest: RowGroups;

  constructor(tasks: TaskTable) {
    const outermost = outermostTasks(tasks);
    this.outermost = outermost;
    this.apart = rowsWhere(tasks.length, (row) => outermost.of(row) !== row && !outermost.isInParent(row));
    this.byRequest = new RowGroups(this.apart.map((row) => outermost.of(row)));
  }

  isRoot(row: number): boolean {
    return this.outermost.parentOf(row) < 0;
  }

  /** Tasks of a request whose time is not part of that of the task they belong to: on other goroutines, or going on when that one has ended. */
  elsewhere(root: number): Uint32Array {
    const places = this.byRequest.rowsOf(root);
    return places.length === 0 ? places : places.map((n) => this.apart[n] ?? 0);
  }
}

/** Reads what tasks waited for out of the timelines of their goroutines. */
class WaitingLines {
  private readonly sites: StackSites;
  private readonly cursor: TimelineCursor;

  constructor(private readonly analyzed: AnalyzedTrace) {
    this.cursor = new TimelineCursor(analyzed.facts.timelines);
    this.sites = stackSitesOf(analyzed.trace);
  }

  /**
   * Adds the time that a task waited for `reason` to its stacks.
   * @returns how much of all its waiting `others` cover
   */
  read(task: number, reason: StringIndex | undefined, stacks: Map<number, number>, others: Coverage | null): number {
    const { timelines, tasks } = this.analyzed.facts;
    const [startNs, endNs] = [tasks.startNs[task] ?? 0, tasks.endNs[task] ?? 0];
    const slot = timelines.slotOf(tasks.goroutine[task] ?? NONE);
    const end = timelines.rowStart[slot + 1] ?? 0;
    let coveredNs = 0;
    for (let row = slot < 0 ? end : this.cursor.rowAt(slot, startNs); row < end && timelines.startNsAt(row) < endNs; row++) {
      if (timelines.isWaitingAt(row)) {
        const fromNs = Math.max(startNs, timelines.startNsAt(row));
        const toNs = Math.min(endNs, timelines.endNsAt(row));
        coveredNs += others?.within(fromNs, toNs) ?? 0;
        if (timelines.reasonAt(row) === reason) {
          const stack = timelines.stackAt(row);
          stacks.set(stack, (stacks.get(stack) ?? 0) + toNs - fromNs);
        }
      }
    }
    return coveredNs;
  }

  /** The line with most of the time. */
  longest(stacks: ReadonlyMap<number, number>): string | null {
    const lines = new Map<string, number>();
    for (const [stack, timeNs] of stacks) {
      const line = stack === 0 ? null : this.sites.at(stack).line;
      if (line !== null) {
        lines.set(line, (lines.get(line) ?? 0) + timeNs);
      }
    }
    return [...lines].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  }
}

const waitingLinesOf = remember((analyzed: AnalyzedTrace) => new WaitingLines(analyzed));
