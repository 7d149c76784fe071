import { compareText, type Notice } from '../base';
import type { AnalyzedTrace } from '../correlate';
import { NONE } from '../gotrace';
import { labelValues } from '../pprof';
import { largestRows, type RowGroups, rowsBy } from '../runtime';
import { grafanaUnit } from './grafanaUnit';
import { type FrameDraft, numberField, stringField } from './makeFrame';
import type { ViewQuery } from './query';
import type { Sources } from './sources';
import type { TaskLookup } from './taskLookup';

/** Values of one key; ids have one for each request. */
const maxValues = 1000;

interface LabelRow {
  readonly key: string;
  readonly value: string;
  samples: number;
  tasks: number;
  /** In the unit of the first profile's default sample type. */
  weight: number;
  gcTaxNs: number;
}

/** What a selector can name, a row for each value: labels of the profiles and attributes of the tasks, the most frequent values of each key first. */
export function labelsFrame(sources: Sources, lookup: TaskLookup | null, { limit }: ViewQuery): FrameDraft {
  const byKey = new Map<string, Map<string, LabelRow>>();
  const counted = new Map<string, CountedValues>();
  const rowOf = (key: string, value: string): LabelRow => {
    const values = byKey.get(key) ?? new Map<string, LabelRow>();
    const row = values.get(value);
    if (row !== undefined) {
      return row;
    }
    const made = emptyRow(key, value);
    byKey.set(key, values.set(value, made));
    return made;
  };
  const weighing = sources.cpuProfile ?? sources.profiles[0];
  for (const { profile } of sources.profiles) {
    for (const [key, values] of labelValues(profile)) {
      for (const [value, { samples, weight }] of values) {
        const row = rowOf(key, value);
        row.samples += samples;
        row.weight += profile === weighing?.profile ? weight : 0;
      }
    }
  }
  if (sources.trace !== null && lookup !== null) {
    countTasks(sources.trace.analyzed, lookup, rowOf);
    for (const values of taskColumns(sources.trace.analyzed)) {
      if (byKey.has(values.key)) {
        addValues(values, rowOf);
      } else if (values.count.length > 0) {
        counted.set(values.key, values);
      }
    }
  }
  for (const [key, values] of byKey) {
    counted.set(key, listed(key, [...values.values()]));
  }
  const { shown, notices } = cut(counted, limit);
  const type = weighing?.profile.sampleTypes[weighing.profile.defaultSampleType];
  const { unit, factor } = grafanaUnit(type?.unit ?? '');
  return {
    name: 'labels',
    meta: { preferredVisualisationType: 'table' },
    notices,
    fields: [
      stringField(
        'key',
        shown.map(({ key }) => key),
      ),
      stringField(
        'value',
        shown.map(({ value }) => value),
      ),
      numberField('count', shown.map(countOf), { description: 'Samples and tasks that carry it' }),
      numberField(
        'samples',
        shown.map(({ samples }) => samples),
        { description: 'Samples of the profiles that carry it' },
      ),
      numberField(
        'tasks',
        shown.map(({ tasks }) => tasks),
        { description: 'Tasks of the trace that carry it' },
      ),
      numberField(
        'weight',
        shown.map(({ weight }) => weight * factor),
        {
          unit,
          description: type === undefined ? 'There is no profile' : `${type.type} of the samples in ${weighing?.name ?? 'the profile'}`,
        },
      ),
      numberField(
        'gcTax',
        shown.map(({ gcTaxNs }) => gcTaxNs),
        { displayName: 'GC tax', unit: 'ns', description: 'What the GC took of the tasks' },
      ),
    ],
  };
}

/** Values of one key, by how often they are carried; what else is shown of one is made when it is shown. */
interface CountedValues {
  readonly key: string;
  readonly count: Uint32Array;
  at(n: number): LabelRow;
}

function listed(key: string, rows: readonly LabelRow[]): CountedValues {
  return { key, count: Uint32Array.from(rows, countOf), at: (n) => rows[n] ?? emptyRow(key, '') };
}

function emptyRow(key: string, value: string): LabelRow {
  return { key, value, samples: 0, tasks: 0, weight: 0, gcTaxNs: 0 };
}

function addValues({ count, at }: CountedValues, rowOf: (key: string, value: string) => LabelRow): void {
  for (let n = 0; n < count.length; n++) {
    const { key, value, tasks, gcTaxNs } = at(n);
    const row = rowOf(key, value);
    row.tasks += tasks;
    row.gcTaxNs += gcTaxNs;
  }
}

/** Names whose values stand in a column of the tasks, one of each task. */
const columnNames: ReadonlySet<string> = new Set(['task', 'parent', 'goroutine']);

/** What tasks carry under these names: numbers, of which there may be as many as tasks. */
function taskColumns({ facts }: AnalyzedTrace): CountedValues[] {
  const { tasks, costs } = facts;
  const valuesOf = (key: string, groups: RowGroups, isCarried: (row: number) => boolean): CountedValues => {
    const carried = Uint32Array.from({ length: groups.length }, (_, n) => n).filter((n) => isCarried(groups.rowsAt(n)[0] ?? -1));
    return {
      key,
      count: carried.map((n) => (groups.start[n + 1] ?? 0) - (groups.start[n] ?? 0)),
      at: (n) => {
        const group = carried[n] ?? 0;
        const rows = groups.rowsAt(group);
        const gcTaxNs = rows.reduce((sum, row) => sum + taxOf(costs, row), 0);
        return { ...emptyRow(key, String(groups.keyAt(group))), tasks: rows.length, gcTaxNs };
      },
    };
  };
  return [
    valuesOf('task', rowsBy(tasks.id), () => true),
    valuesOf('parent', rowsBy(tasks.parent), (row) => tasks.parent[row] !== 0),
    // Only of a task whose begin is not in the trace the goroutine is not known.
    valuesOf('goroutine', rowsBy(tasks.goroutine), (row) => tasks.goroutine[row] !== NONE),
  ];
}

function taxOf({ gcTaxNs }: AnalyzedTrace['facts']['costs'], row: number): number {
  const taxNs = gcTaxNs[row] ?? NaN;
  return Number.isNaN(taxNs) ? 0 : taxNs;
}

function countTasks({ facts }: AnalyzedTrace, lookup: TaskLookup, rowOf: (key: string, value: string) => LabelRow): void {
  for (let task = 0; task < facts.tasks.length; task++) {
    const taxNs = taxOf(facts.costs, task);
    for (const key of lookup.namesOf(task)) {
      if (!columnNames.has(key)) {
        for (const value of lookup.valuesOf(task, key)) {
          const row = rowOf(key, value);
          row.tasks++;
          row.gcTaxNs += taxNs;
        }
      }
    }
  }
}

function countOf({ samples, tasks }: LabelRow): number {
  return samples + tasks;
}

/** Keys by name, values by frequency, cut to what a list can show: of ids, which are all as frequent, those that come first. */
function cut(byKey: ReadonlyMap<string, CountedValues>, limit = Infinity): { shown: LabelRow[]; notices: Notice[] } {
  const shown = [...byKey]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, { count, at }]) =>
      Array.from(largestRows(count, Uint32Array.from(count.keys()), maxValues), (row) => at(row)).sort(
        (a, b) => countOf(b) - countOf(a) || b.weight - a.weight || compareText(a.value, b.value),
      ),
    )
    .slice(0, limit);
  const left = [...byKey.values()].reduce((sum, { count }) => sum + count.length, 0) - shown.length;
  return { shown, notices: left === 0 ? [] : [{ severity: 'info', text: `${left} values that are carried least are left out.` }] };
}
