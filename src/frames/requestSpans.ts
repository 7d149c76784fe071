import { groupBy } from '../base';
import type { AnalyzedTrace } from '../correlate';
import { NONE } from '../gotrace';
import { framesOfStack, type NestedRows, nestedRowsOf, type Region, rowsBy, type Task, taskCostIntervals } from '../runtime';
import { CostDescriber, type CostGroup, groupShort, spanClasses, subtract } from './requestCosts';
import { mapRuns } from './mapRuns';

/** A piece of a request's time. */
export interface RequestSpan {
  readonly spanId: string;
  /** Null for the request itself. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: 'task' | 'region' | 'map' | 'gc' | 'wait';
  readonly startNs: number;
  readonly endNs: number;
  readonly tags: Readonly<Record<string, string | number | boolean>>;
  readonly logs: readonly SpanLog[];
  /** Go stacks as Go prints them. */
  readonly stacks: readonly string[];
  readonly warnings: readonly string[];
}

interface SpanLog {
  readonly timeNs: number;
  readonly category: string;
  readonly message: string;
}

/** User logs of one task: more drown the rest of its details. */
const maxLogs = 500;

/**
 * One task with all it went through: child tasks, regions, map work that only logs and samples know, what the GC took, and waits, each with its evidence in
 * the tag `gclens.evidence`. The task comes first; the others follow by time. What happened on its goroutine inside a child task or region has that as
 * its parent.
 */
export function buildRequestSpans(analyzed: AnalyzedTrace, row: number): RequestSpan[] {
  return new RequestSpanBuilder(analyzed).build(row);
}

/** A span that others on its goroutine can lie in. */
interface Container {
  readonly goroutine: number;
  readonly span: RequestSpan;
}

interface ShownTask {
  readonly row: number;
  readonly task: Task;
  readonly span: RequestSpan;
}

type SpanParts = Pick<RequestSpan, 'name' | 'kind' | 'startNs' | 'endNs' | 'tags'> & Partial<Pick<RequestSpan, 'stacks' | 'warnings'>>;

class RequestSpanBuilder {
  private readonly spans: RequestSpan[] = [];
  private readonly ids = new Set<string>();
  private containers = new Containers([]);

  constructor(private readonly analyzed: AnalyzedTrace) {}

  build(row: number): RequestSpan[] {
    const tasks = this.addTasks(row);
    const ofTasks = tasks.flatMap(({ task, span }) => (task.goroutine === null ? [] : [{ span, goroutine: task.goroutine }]));
    const ofRegions = this.addRegions(tasks, ofTasks);
    this.containers = new Containers([...ofTasks, ...ofRegions]);
    const goroutines = new Set([...ofTasks, ...ofRegions].map(({ goroutine }) => goroutine));
    const { facts } = this.analyzed;
    const near = { ...this.analyzed, facts: { ...facts, timelines: facts.timelines.restrictedTo(goroutines) } };
    this.addMapWork(near, goroutines);
    this.addCosts(near, tasks);
    const [root, ...others] = this.spans;
    return root === undefined ? [] : [root, ...others.sort((a, b) => a.startNs - b.startNs || b.endNs - a.endNs)];
  }

  /** The task and its descendants, parents first. */
  private addTasks(row: number): ShownTask[] {
    const { tasks, logs } = this.analyzed.facts;
    const childrenOf = rowsBy(tasks.parent);
    const logsOf = rowsBy(logs.task);
    const shown: ShownTask[] = [];
    const seen = new Set([row]);
    const pending: { readonly row: number; readonly parent: RequestSpan | null }[] = [{ row, parent: null }];
    for (const next of pending) {
      const task = tasks.at(next.row);
      if (task === undefined) {
        continue;
      }
      const span = this.addTask(next.row, task, next.parent, logsOf.rowsOf(task.id));
      shown.push({ row: next.row, task, span });
      for (const child of childrenOf.rowsOf(task.id)) {
        if (!seen.has(child)) {
          seen.add(child);
          pending.push({ row: child, parent: span });
        }
      }
    }
    return shown;
  }

  private addTask(row: number, task: Task, parent: RequestSpan | null, logs: Uint32Array): RequestSpan {
    const { facts, identities } = this.analyzed;
    const identity = identities.at(row);
    const own = identity?.ids[0];
    const span: RequestSpan = {
      spanId: this.newId(own?.spanId ?? `task-${task.id}`),
      parentSpanId: parent?.spanId ?? null,
      name: task.type === '' ? `task ${task.id}` : task.type,
      kind: 'task',
      startNs: task.startNs,
      endNs: task.endNs,
      tags: {
        'gclens.evidence': 'task',
        'gclens.task.id': task.id,
        ...(task.goroutine === null ? {} : { 'gclens.goroutine.id': task.goroutine }),
        ...(own === undefined ? {} : { 'gclens.identity.source': own.source }),
        ...(identity?.attributes ?? {}),
        ...Object.fromEntries(Object.entries(facts.costs.at(row) ?? {}).map(([name, value]) => [`gclens.cost.${name}_ns`, Number(value)])),
      },
      logs: this.logsIn(task, logs),
      stacks: this.stackOfEvent(task.beginEvent),
      warnings: cutWarnings(task),
    };
    this.spans.push(span);
    return span;
  }

  /** An id can come twice: what was logged before or after is another task's. */
  private logsIn({ startNs, endNs }: Task, rows: Uint32Array): SpanLog[] {
    const { facts, trace } = this.analyzed;
    const { logs } = facts;
    const isInside = (timeNs: number) => startNs <= timeNs && timeNs <= endNs;
    return [...rows.filter((row) => isInside(logs.timeNs[row] ?? NaN)).subarray(0, maxLogs)].flatMap((row) => {
      const log = logs.at(row);
      return log === undefined
        ? []
        : [{ timeNs: log.timeNs, category: log.category, message: printable(trace.strings.textOf(log.message)) }];
    });
  }

  /** Regions of the tasks wherever they ran, and those without a task that began inside of one. */
  private addRegions(tasks: readonly ShownTask[], ofTasks: readonly Container[]): Container[] {
    const spanOfTask = new Map(tasks.map(({ task, span }) => [task.id, span]));
    const taskAround = new Containers(ofTasks);
    const { regions } = this.analyzed.facts;
    const ofRegions: Container[] = [];
    for (let row = 0; row < regions.length; row++) {
      const task = regions.task[row] ?? 0;
      const goroutine = regions.goroutine[row] ?? NONE;
      const owner = spanOfTask.get(task) ?? (task <= 0 ? taskAround.innermost(goroutine, regions.startNs[row] ?? 0) : undefined);
      const region = owner === undefined ? undefined : regions.at(row);
      if (owner !== undefined && region !== undefined) {
        ofRegions.push({ span: this.regionSpan(region, owner), goroutine });
      }
    }
    const nested = new Containers([...ofTasks, ...ofRegions]);
    const placed = ofRegions.map(({ span, goroutine }) => ({
      span: { ...span, parentSpanId: nested.around(span)?.spanId ?? span.parentSpanId },
      goroutine,
    }));
    placed.forEach(({ span }) => this.spans.push(span));
    return placed;
  }

  private regionSpan({ type, isMap, goroutine, startNs, endNs, beginEvent, cutStart, cutEnd }: Region, owner: RequestSpan): RequestSpan {
    return this.spanOf('region', owner, {
      name: type,
      kind: isMap ? 'map' : 'region',
      startNs,
      endNs,
      tags: { 'gclens.evidence': 'region', 'gclens.goroutine.id': goroutine },
      stacks: this.stackOfEvent(beginEvent),
      warnings: cutWarnings({ cutStart, cutEnd }),
    });
  }

  /** Map work known from logs and samples, wherever a task or one of its regions was. */
  private addMapWork({ facts }: AnalyzedTrace, goroutines: ReadonlySet<number>): void {
    const { isLog, goroutine: on, startNs, endNs, length } = facts.mapIntervals;
    for (let row = 0; row < length; row++) {
      const isPair = isLog[row] === 1 && (endNs[row] ?? 0) > (startNs[row] ?? 0);
      const parent = isPair ? this.containers.innermost(on[row] ?? NONE, startNs[row] ?? 0) : undefined;
      const interval = parent === undefined ? undefined : facts.mapIntervals.at(row);
      if (parent !== undefined && interval !== undefined) {
        const tags = { 'gclens.evidence': 'log', 'gclens.goroutine.id': interval.goroutine };
        const { name, startNs: fromNs, endNs: toNs, event } = interval;
        this.add('map', parent, { name, kind: 'map', startNs: fromNs, endNs: toNs, tags, stacks: this.stackOfEvent(event) });
      }
    }
    for (const run of mapRuns(facts, (goroutine) => goroutines.has(goroutine))) {
      const parent = this.containers.innermost(run.goroutine, run.endNs);
      if (parent !== undefined) {
        this.add('map', parent, {
          name: `map ${run.op}`,
          kind: 'map',
          startNs: Math.max(run.startNs, parent.startNs),
          endNs: run.endNs,
          tags: {
            'gclens.evidence': 'samples',
            'gclens.map.op': run.op,
            'gclens.map.samples': run.samples,
            'gclens.map.estimated_ns': run.samples * facts.samples.periodNs,
            'gclens.goroutine.id': run.goroutine,
          },
          stacks: this.stackOf(run.stack),
        });
      }
    }
  }

  /** What the time of each task went to, where that is not its own work. The part of a child task on the same goroutine belongs to the child. */
  private addCosts(analyzed: AnalyzedTrace, tasks: readonly ShownTask[]): void {
    const describer = new CostDescriber(analyzed);
    const intervalsOf = taskCostIntervals(analyzed.trace, analyzed.facts);
    const tasksOfGoroutine = groupBy(tasks, ({ task }) => task.goroutine);
    const shortNs = (tasks[0] === undefined ? 0 : tasks[0].task.endNs - tasks[0].task.startNs) * shortShare;
    for (const shown of tasks) {
      const goroutine = shown.task.goroutine ?? -1;
      const inside = (tasksOfGoroutine.get(shown.task.goroutine) ?? []).filter((other) => isInside(other, shown));
      const parts = subtract(
        intervalsOf(shown.row).filter((interval) => spanClasses.has(interval.class)),
        inside.map(({ task }) => task),
      ).map((interval) => ({ ...interval, parent: this.containers.innermost(goroutine, interval.startNs) ?? shown.span }));
      for (const group of groupShort(parts, shortNs)) {
        this.addCost(goroutine, group, describer);
      }
    }
  }

  /** One span for the intervals of a group, as long as all of them together. */
  private addCost(goroutine: number, group: CostGroup<{ readonly parent: RequestSpan }>, describer: CostDescriber): void {
    const [first] = group;
    const { name, kind, tags, stack } = describer.describe(goroutine, first);
    const totalNs = group.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
    const lastNs = group.at(-1)?.endNs ?? first.endNs;
    this.add('cost', first.parent, {
      name: group.length === 1 ? name : `${name} ×${group.length}`,
      kind,
      startNs: first.startNs,
      endNs: first.startNs + totalNs,
      tags: {
        'gclens.evidence': 'trace events',
        'gclens.cost.class': first.class,
        'gclens.goroutine.id': goroutine,
        ...tags,
        ...(group.length === 1 ? {} : { 'gclens.aggregate.intervals': group.length, 'gclens.aggregate.extent_ns': lastNs - first.startNs }),
      },
      stacks: this.stackOf(stack),
    });
  }

  private add(idPrefix: string, parent: RequestSpan, parts: SpanParts): void {
    this.spans.push(this.spanOf(idPrefix, parent, parts));
  }

  private spanOf(idPrefix: string, parent: RequestSpan, parts: SpanParts): RequestSpan {
    const id = this.newId(`${idPrefix}-${this.ids.size}`);
    return { logs: [], stacks: [], warnings: [], ...parts, spanId: id, parentSpanId: parent.spanId };
  }

  private newId(wanted: string): string {
    let id = wanted;
    for (let k = 2; this.ids.has(id); k++) {
      id = `${wanted}-${k}`;
    }
    this.ids.add(id);
    return id;
  }

  private stackOfEvent(event: number | null): string[] {
    return this.stackOf(event === null ? 0 : this.analyzed.trace.events.stackAt(event));
  }

  private stackOf(stack: number): string[] {
    const frames = framesOfStack(this.analyzed.trace, stack);
    return frames.length === 0 ? [] : [frames.map((frame) => `${frame.function}(...)\n\t${frame.file}:${frame.line}`).join('\n')];
  }
}

/** Finds the innermost of several spans. */
class Containers {
  /** In order of their start, outer ones first. */
  private readonly spans: readonly RequestSpan[];
  private readonly rowOf: ReadonlyMap<RequestSpan, number>;
  private readonly nested: NestedRows;

  constructor(containers: readonly Container[]) {
    const sorted = [...containers].sort((a, b) => a.span.startNs - b.span.startNs || b.span.endNs - a.span.endNs);
    this.spans = sorted.map(({ span }) => span);
    this.rowOf = new Map(this.spans.map((span, row) => [span, row]));
    this.nested = nestedRowsOf({
      goroutine: Float64Array.from(sorted, ({ goroutine }) => goroutine),
      startNs: Float64Array.from(this.spans, ({ startNs }) => startNs),
      endNs: Float64Array.from(this.spans, ({ endNs }) => endNs),
    });
  }

  innermost(goroutine: number, timeNs: number): RequestSpan | undefined {
    return this.spans[this.nested.innermostAt(goroutine, timeNs)];
  }

  /** What one of the spans begins in. */
  around(span: RequestSpan): RequestSpan | undefined {
    return this.spans[this.nested.around(this.rowOf.get(span) ?? -1, span.startNs)];
  }
}

/** Whether a task lies in another on the same goroutine; of two that are equal in that, the later is inside. */
function isInside(inner: ShownTask, outer: ShownTask): boolean {
  const [a, b] = [inner.task, outer.task];
  const isEqual = a.startNs === b.startNs && a.endNs === b.endNs;
  return inner !== outer && b.startNs <= a.startNs && a.endNs <= b.endNs && (!isEqual || inner.row > outer.row);
}

/** Intervals below this share of the request are too thin to be seen: many of one class under one parent become one span. */
const shortShare = 0.001;

function cutWarnings({ cutStart, cutEnd }: Pick<Task, 'cutStart' | 'cutEnd'>): string[] {
  return [...(cutStart ? ['It began before the trace did.'] : []), ...(cutEnd ? ['It was going on when the trace ended.'] : [])];
}

/** Logs may hold raw bytes; control characters would spoil the page and JSON viewers. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd');
}
