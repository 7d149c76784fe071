import { ns } from '../base';
import type { EventIndex } from '../gotrace';
import type { Task } from './facts';

type MutableTask = { -readonly [K in keyof Task]: Task[K] };

/** Collects user tasks (facts.md section 6). */
export class TaskCollector {
  private readonly tasks: MutableTask[] = [];
  private readonly open = new Map<number, MutableTask>();
  private readonly ended = new Set<number>();

  constructor(private readonly traceStartNs: number) {}

  begin(task: { id: number; parent: number; type: string; goroutine: number; event: EventIndex }, timeNs: number): void {
    const begun: MutableTask = {
      id: task.id,
      parent: Math.max(0, task.parent),
      type: task.type,
      startNs: ns(timeNs),
      endNs: ns(timeNs),
      cutStart: false,
      cutEnd: false,
      goroutine: task.goroutine,
      beginEvent: task.event,
    };
    this.close(task.id, timeNs);
    this.tasks.push(begun);
    this.open.set(task.id, begun);
  }

  end(task: { id: number; parent: number; type: string }, timeNs: number): void {
    if (!this.close(task.id, timeNs) && !this.ended.has(task.id)) {
      this.tasks.push({
        id: task.id,
        parent: Math.max(0, task.parent),
        type: task.type,
        startNs: ns(this.traceStartNs),
        endNs: ns(timeNs),
        cutStart: true,
        cutEnd: false,
        goroutine: null,
        beginEvent: null,
      });
    }
    this.ended.add(task.id);
  }

  finish(traceEndNs: number): Task[] {
    for (const task of this.open.values()) {
      task.endNs = ns(traceEndNs);
      task.cutEnd = true;
    }
    return this.tasks.sort((a, b) => a.startNs - b.startNs || a.id - b.id);
  }

  private close(id: number, timeNs: number): boolean {
    const task = this.open.get(id);
    if (task === undefined) {
      return false;
    }
    task.endNs = ns(timeNs);
    return this.open.delete(id);
  }
}
