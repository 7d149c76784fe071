import { EventType, NONE, type Trace } from '../gotrace';
import type { RuntimeFacts } from './facts';
import { rareEvents } from './rareEvents';
import { type RowGroups, rowsBy } from './rowGroups';
import { type StretchCosts, Stretches, sumStretches } from './stretchCosts';

/** Beyond so many pairs of a task and work elsewhere only a trace that is made to hurt goes. */
const maxPairs = 2 ** 21;

/**
 * Work of tasks on other goroutines than their own (facts.md section 7), never part of their cost: regions there that carry the task's id, and goroutines that
 * the task's goroutine created while the task lasted, from then on; cut to the task's time. What counts twice for one goroutine is taken once. Tasks whose begin
 * is not in the trace have none.
 * @returns null for a trace with too many of them to tell
 */
export function workElsewhere(trace: Trace, facts: RuntimeFacts): StretchCosts | null {
  const stretches = new Stretches();
  return addRegions(facts, stretches) && addCreated(trace, facts, stretches) ? sumStretches(trace, facts, stretches) : null;
}

function addRegions({ regions, tasks }: RuntimeFacts, stretches: Stretches): boolean {
  const byId = rowsBy(tasks.id);
  for (let row = 0; row < regions.length; row++) {
    const goroutine = regions.goroutine[row] ?? NONE;
    for (const task of byId.rowsOf(regions.task[row] ?? 0)) {
      const own = tasks.goroutine[task] ?? NONE;
      if (own !== NONE && own !== goroutine) {
        const startNs = Math.max(regions.startNs[row] ?? 0, tasks.startNs[task] ?? 0);
        stretches.add(task, goroutine, startNs, Math.min(regions.endNs[row] ?? 0, tasks.endNs[task] ?? 0));
        if (stretches.asked >= maxPairs) {
          return false;
        }
      }
    }
  }
  return true;
}

function addCreated(trace: Trace, { tasks, timelines }: RuntimeFacts, stretches: Stretches): boolean {
  const { events } = trace;
  const open = new OpenTasks(tasks);
  for (const event of tasks.length === 0 ? [] : rareEvents(events)) {
    const type = events.typeAt(event);
    if (type === EventType.GoCreate || type === EventType.GoCreateBlocked) {
      const timeNs = events.timeNsAt(event);
      const created = events.argAt(event, 0);
      const slot = timelines.slotOf(created);
      for (const task of slot < 0 ? [] : open.of(events.goroutineAt(event), timeNs)) {
        stretches.add(task, created, timeNs, tasks.endNs[task] ?? 0);
        if (stretches.asked >= maxPairs) {
          return false;
        }
      }
    }
  }
  return true;
}

/** Tasks that are open on goroutines as time goes on. */
class OpenTasks {
  private readonly byGoroutine: RowGroups;
  /** By goroutine: how many of its tasks have begun, and which of them may be open. */
  private readonly begun = new Map<number, number>();
  private readonly open = new Map<number, number[]>();

  constructor(private readonly tasks: RuntimeFacts['tasks']) {
    this.byGoroutine = rowsBy(tasks.goroutine);
  }

  /** To be asked in order of time. */
  of(goroutine: number, timeNs: number): readonly number[] {
    const rows = goroutine === NONE ? new Uint32Array() : this.byGoroutine.rowsOf(goroutine);
    if (rows.length === 0) {
      return [];
    }
    const { startNs, endNs } = this.tasks;
    let next = this.begun.get(goroutine) ?? 0;
    const candidates = this.open.get(goroutine) ?? [];
    for (; next < rows.length && (startNs[rows[next] ?? 0] ?? 0) <= timeNs; next++) {
      candidates.push(rows[next] ?? 0);
    }
    const open = candidates.filter((row) => (endNs[row] ?? 0) > timeNs);
    this.begun.set(goroutine, next);
    this.open.set(goroutine, open);
    return open;
  }
}
