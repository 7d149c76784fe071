import { type AnalyzedTrace, type CostClass, type CostInterval, taskCostIntervals } from '../correlate';
import type { StringIndex } from '../gotrace';
import { framesOfStack, type Region, rowAt, type StopTheWorld, type Task } from '../runtime';
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

/** A span that others can lie in. */
interface Container {
  readonly span: RequestSpan;
  readonly goroutine: number;
}

interface ShownTask {
  readonly row: number;
  readonly task: Task;
  readonly span: RequestSpan;
}

type SpanParts = Pick<RequestSpan, 'name' | 'kind' | 'startNs' | 'endNs' | 'tags'> & Partial<Pick<RequestSpan, 'stacks' | 'warnings'>>;

class RequestSpanBuilder {
  private readonly spans: RequestSpan[] = [];
  private readonly containers: Container[] = [];
  private readonly ids = new Set<string>();

  constructor(private readonly analyzed: AnalyzedTrace) {}

  build(row: number): RequestSpan[] {
    const tasks = this.addTasks(row);
    const rootSpan = tasks[0]?.span;
    if (rootSpan === undefined) {
      return [];
    }
    this.addRegions(tasks);
    this.addMapWork(tasks);
    this.addCosts(tasks);
    const [root, ...others] = this.spans;
    return root === undefined ? [] : [root, ...others.sort((a, b) => a.startNs - b.startNs || b.endNs - a.endNs)];
  }

  /** The task and its descendants, parents first. */
  private addTasks(row: number): ShownTask[] {
    const { tasks } = this.analyzed.facts;
    const childrenOf = new Map<number, number[]>();
    tasks.forEach(({ parent }, child) => {
      if (parent !== 0) {
        const children = childrenOf.get(parent);
        if (children === undefined) {
          childrenOf.set(parent, [child]);
        } else {
          children.push(child);
        }
      }
    });
    const shown: ShownTask[] = [];
    const seen = new Set([row]);
    const pending: { row: number; parent: RequestSpan | null }[] = [{ row, parent: null }];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const task = tasks[next.row];
      if (task === undefined) {
        continue;
      }
      const span = this.addTask(next.row, task, next.parent);
      shown.push({ row: next.row, task, span });
      for (const child of childrenOf.get(task.id) ?? []) {
        if (!seen.has(child)) {
          seen.add(child);
          pending.push({ row: child, parent: span });
        }
      }
    }
    return shown;
  }

  private addTask(row: number, task: Task, parent: RequestSpan | null): RequestSpan {
    const { identities, costs } = this.analyzed;
    const identity = identities[row];
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
        ...Object.fromEntries(Object.entries(costs[row] ?? {}).map(([name, value]) => [`gclens.cost.${name}_ns`, Number(value)])),
      },
      logs: this.logsOf(task),
      stacks: this.stackOf(task.beginEvent === null ? 0 : this.analyzed.trace.events.stackAt(task.beginEvent)),
      warnings: cutWarnings(task),
    };
    this.spans.push(span);
    if (task.goroutine !== null) {
      this.containers.push({ span, goroutine: task.goroutine });
    }
    return span;
  }

  private logsOf({ id, startNs, endNs }: Task): SpanLog[] {
    const { facts, trace } = this.analyzed;
    return facts.logs
      .filter((log) => log.task === id && startNs <= log.timeNs && log.timeNs <= endNs)
      .slice(0, maxLogs)
      .map(({ timeNs, category, message }) => ({ timeNs, category, message: printable(trace.strings.textOf(message)) }));
  }

  /** Regions of the tasks wherever they ran, and those without a task on the goroutine of one. */
  private addRegions(tasks: readonly ShownTask[]): void {
    const spanOfTask = new Map(tasks.map(({ task, span }) => [task.id, span]));
    const goroutines = new Set(tasks.flatMap(({ task }) => task.goroutine ?? []));
    for (const region of this.analyzed.facts.regions) {
      const owner = spanOfTask.get(region.task);
      const isOwnerless = region.task <= 0 && goroutines.has(region.goroutine);
      const around = owner === undefined && !isOwnerless ? undefined : this.innermost(region.goroutine, region.startNs);
      const parent = around ?? owner;
      if (parent !== undefined) {
        this.addRegion(region, parent);
      }
    }
  }

  private addRegion(region: Region, parent: RequestSpan): void {
    const { type, isMap, goroutine, startNs, endNs, stack } = region;
    const span = this.add('region', parent, {
      name: type,
      kind: isMap ? 'map' : 'region',
      startNs,
      endNs,
      tags: { 'gclens.evidence': 'region', 'gclens.goroutine.id': goroutine },
      stacks: this.stackOf(stack),
      warnings: cutWarnings(region),
    });
    this.containers.push({ span, goroutine });
  }

  /** Map work known from logs and samples, wherever a task or one of its regions was. */
  private addMapWork(tasks: readonly ShownTask[]): void {
    const { facts } = this.analyzed;
    for (const { evidence, name, goroutine, startNs, endNs, stack } of facts.mapIntervals) {
      const parent = evidence === 'log' ? this.innermost(goroutine, startNs) : undefined;
      if (parent !== undefined) {
        const tags = { 'gclens.evidence': 'log', 'gclens.goroutine.id': goroutine };
        this.add('map', parent, { name, kind: 'map', startNs, endNs, tags, stacks: this.stackOf(stack) });
      }
    }
    const goroutines = new Set(this.containers.map(({ goroutine }) => goroutine));
    const startNs = Math.min(...tasks.map(({ task }) => task.startNs));
    for (const run of mapRuns(facts, (goroutine) => goroutines.has(goroutine))) {
      const parent = run.endNs >= startNs ? this.innermost(run.goroutine, run.endNs) : undefined;
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
  private addCosts(tasks: readonly ShownTask[]): void {
    const intervalsOf = taskCostIntervals(this.analyzed.trace, this.analyzed.facts);
    const shortNs = (tasks[0] === undefined ? 0 : tasks[0].task.endNs - tasks[0].task.startNs) * shortShare;
    tasks.forEach(({ row, task, span }, position) => {
      const children = tasks.slice(position + 1).filter((other) => other.task.goroutine === task.goroutine && isInside(other.task, task));
      const holes = children.map((child) => child.task);
      const parts = intervalsOf(row)
        .filter((interval) => spanClasses.has(interval.class))
        .flatMap((interval) => subtract(interval, holes))
        .map((interval) => ({ ...interval, parent: this.innermost(task.goroutine ?? -1, interval.startNs) ?? span }));
      for (const group of groupShort(parts, shortNs)) {
        this.addCost(task.goroutine ?? -1, group);
      }
    });
  }

  /** One span for the intervals of a group, as long as all of them together. */
  private addCost(goroutine: number, group: CostGroup): void {
    const [first] = group;
    const described = this.describeCost(goroutine, first);
    if (described === null) {
      return;
    }
    const totalNs = group.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
    const lastNs = group.at(-1)?.endNs ?? first.endNs;
    this.add('cost', first.parent, {
      ...described,
      name: group.length === 1 ? described.name : `${described.name} ×${group.length}`,
      startNs: first.startNs,
      endNs: first.startNs + totalNs,
      tags: {
        'gclens.evidence': 'trace events',
        'gclens.cost.class': first.class,
        'gclens.goroutine.id': goroutine,
        ...described.tags,
        ...(group.length === 1 ? {} : { 'gclens.aggregate.intervals': group.length, 'gclens.aggregate.extent_ns': lastNs - first.startNs }),
      },
    });
  }

  /** Null for what needs no span of its own. */
  private describeCost(goroutine: number, { class: name, startNs }: CostInterval): CostDescription | null {
    const { facts } = this.analyzed;
    switch (name) {
      case 'stwGC':
      case 'stwOther':
        return this.describeStop(
          facts.stops.find((stop) => stop.isGc === (name === 'stwGC') && stop.startNs <= startNs && startNs < stop.endNs),
        );
      case 'assist':
        return {
          name: 'GC mark assist',
          kind: 'gc',
          tags: this.cycleTags(startNs),
          stacks: this.stackOf(this.assistStack(goroutine, startNs)),
        };
      case 'assistWait':
        return {
          name: 'GC assist wait',
          kind: 'gc',
          tags: this.cycleTags(startNs),
          stacks: this.stackOf(this.state(goroutine, startNs).stack),
        };
      case 'sweep':
        return { name: 'GC sweep', kind: 'gc', tags: {}, stacks: [] };
      case 'runnableInMark':
        return { name: 'runnable in GC mark', kind: 'gc', tags: this.cycleTags(startNs), stacks: [] };
      case 'syscall':
        return { name: 'syscall', kind: 'wait', tags: {}, stacks: this.stackOf(this.state(goroutine, startNs).stack) };
      case 'waiting':
        return this.describeWait(goroutine, startNs);
      case 'runnable':
      case 'running':
      case 'absent':
        return null;
    }
  }

  private describeStop(stop: StopTheWorld | undefined): CostDescription {
    const reason = stop?.reason ?? 'unknown';
    return {
      name: `STW: ${reason}`,
      kind: 'gc',
      tags: { 'gclens.stw.reason': reason, ...(stop === undefined ? {} : { 'gclens.stw.total_ns': stop.endNs - stop.startNs }) },
      stacks: this.stackOf(stop?.stack ?? 0),
    };
  }

  private describeWait(goroutine: number, startNs: number): CostDescription {
    const { reason, stack } = this.state(goroutine, startNs);
    const text = reason === 0 ? '' : this.analyzed.trace.strings.textOf(reason as StringIndex);
    return {
      name: text === '' ? 'waiting' : `waiting: ${text}`,
      kind: 'wait',
      tags: { 'gclens.wait.reason': text },
      stacks: this.stackOf(stack),
    };
  }

  private cycleTags(timeNs: number): Readonly<Record<string, number>> {
    const cycle = this.analyzed.facts.gcCycles.find(({ startNs, endNs }) => startNs <= timeNs && timeNs < endNs);
    return cycle === undefined ? {} : { 'gclens.gc.cycle': cycle.seq };
  }

  private state(goroutine: number, timeNs: number): { readonly reason: number; readonly stack: number } {
    const { timelines } = this.analyzed.facts;
    const slot = timelines.indexOf(goroutine);
    const row = slot === undefined ? -1 : rowAt(timelines, slot, timeNs);
    return { reason: timelines.reason[row] ?? 0, stack: timelines.stack[row] ?? 0 };
  }

  private assistStack(goroutine: number, timeNs: number): number {
    const { assists } = this.analyzed.facts;
    for (let row = 0; row < assists.length && (assists.startNs[row] ?? 0) <= timeNs; row++) {
      if (assists.goroutine[row] === goroutine && timeNs < (assists.endNs[row] ?? 0)) {
        return assists.stack[row] ?? 0;
      }
    }
    return 0;
  }

  /** The shortest task or region of a goroutine that a moment lies in. */
  private innermost(goroutine: number, timeNs: number): RequestSpan | undefined {
    let found: RequestSpan | undefined;
    for (const { span, goroutine: own } of this.containers) {
      const holds = own === goroutine && span.startNs <= timeNs && timeNs < span.endNs;
      if (holds && (found === undefined || span.endNs - span.startNs <= found.endNs - found.startNs)) {
        found = span;
      }
    }
    return found;
  }

  private add(idPrefix: string, parent: RequestSpan, parts: SpanParts): RequestSpan {
    const span: RequestSpan = {
      logs: [],
      stacks: [],
      warnings: [],
      ...parts,
      spanId: this.newId(`${idPrefix}-${this.spans.length}`),
      parentSpanId: parent.spanId,
    };
    this.spans.push(span);
    return span;
  }

  private newId(wanted: string): string {
    let id = wanted;
    for (let k = 2; this.ids.has(id); k++) {
      id = `${wanted}-${k}`;
    }
    this.ids.add(id);
    return id;
  }

  private stackOf(stack: number): string[] {
    const frames = framesOfStack(this.analyzed.trace, stack);
    return frames.length === 0 ? [] : [frames.map((frame) => `${frame.function}(...)\n\t${frame.file}:${frame.line}`).join('\n')];
  }
}

/** Classes that become spans; what is left is the request's own work, or nothing is known of it. */
const spanClasses: ReadonlySet<CostClass> = new Set([
  'stwGC',
  'stwOther',
  'assistWait',
  'assist',
  'sweep',
  'runnableInMark',
  'syscall',
  'waiting',
]);

/** Intervals below this share of the request are too thin to be seen: many of one class under one parent become one span. */
const shortShare = 0.001;
const fewShort = 3;

type PlacedInterval = CostInterval & { readonly parent: RequestSpan };
/** In time order. */
type CostGroup = readonly [PlacedInterval, ...PlacedInterval[]];

function groupShort(intervals: readonly PlacedInterval[], shortNs: number): CostGroup[] {
  const groups = new Map<string, [PlacedInterval, ...PlacedInterval[]]>();
  const alone: CostGroup[] = [];
  for (const interval of intervals) {
    if (interval.class === 'stwGC' || interval.class === 'stwOther' || interval.endNs - interval.startNs >= shortNs) {
      alone.push([interval]);
      continue;
    }
    const key = `${interval.parent.spanId} ${interval.class}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [interval]);
    } else {
      group.push(interval);
    }
  }
  const grouped = [...groups.values()].flatMap((group): CostGroup[] => (group.length > fewShort ? [group] : group.map((one) => [one])));
  return [...alone, ...grouped];
}

type CostDescription = Required<Pick<SpanParts, 'name' | 'kind' | 'tags' | 'stacks'>>;

function isInside(inner: Task, outer: Task): boolean {
  return outer.startNs <= inner.startNs && inner.endNs <= outer.endNs;
}

/** What is left of an interval without the holes. */
function subtract(interval: CostInterval, holes: readonly Pick<CostInterval, 'startNs' | 'endNs'>[]): CostInterval[] {
  let parts = [interval];
  for (const hole of holes) {
    parts = parts.flatMap((part) =>
      hole.endNs <= part.startNs || part.endNs <= hole.startNs
        ? [part]
        : [
            { ...part, endNs: hole.startNs },
            { ...part, startNs: hole.endNs },
          ].filter(({ startNs, endNs }) => endNs > startNs),
    );
  }
  return parts;
}

function cutWarnings({ cutStart, cutEnd }: Pick<Task, 'cutStart' | 'cutEnd'>): string[] {
  return [...(cutStart ? ['It began before the trace did.'] : []), ...(cutEnd ? ['It was going on when the trace ended.'] : [])];
}

/** Logs may hold raw bytes; control characters would spoil the page and JSON viewers. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd');
}
