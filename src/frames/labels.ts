import { compareText, type Notice } from '../base';
import { adviceOf, type AnalyzedTrace, howToRecord } from '../correlate';
import { NONE } from '../gotrace';
import { labelValues } from '../pprof';
import { allRows, largestRows, rowsBy, rowsWhere } from '../runtime';
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
  readonly samples: number;
  readonly tasks: number;
  /** In the unit of the first profile's default sample type. */
  readonly weight: number;
  readonly gcTaxNs: number;
}

/** What a selector can name, a row for each value: labels of the profiles and attributes of the tasks, the most frequent values of each key first. */
export function labelsFrame(sources: Sources, lookup: TaskLookup | null, { limit }: ViewQuery): FrameDraft {
  const tables = new Map<string, ValueTable>();
  const counted = new Map<string, CountedValues>();
  const weighing = sources.cpuProfile ?? sources.profiles[0];
  for (const { profile } of sources.profiles) {
    for (const [key, values] of labelValues(profile)) {
      const table = tableOf(tables, key);
      for (const [value, { samples, weight }] of values) {
        table.addSamples(value, samples, profile === weighing?.profile ? weight : 0);
      }
    }
  }
  if (sources.trace !== null && lookup !== null) {
    countTasks(sources.trace.analyzed, lookup, tables);
    // Types may differ in bytes that are no text.
    tableOf(tables, 'type');
    for (const values of taskColumns(sources.trace.analyzed)) {
      const table = tables.get(values.key);
      if (table !== undefined) {
        addValues(values, table);
      } else if (values.count.length > 0) {
        counted.set(values.key, values);
      }
    }
  }
  for (const [key, table] of tables) {
    counted.set(key, { key, count: table.counts(), at: (n) => table.at(n) });
  }
  const { shown, notices } = cut(counted, limit);
  const type = weighing?.profile.sampleTypes[weighing.profile.defaultSampleType];
  const { unit, factor } = grafanaUnit(type?.unit ?? '');
  return {
    name: 'labels',
    meta: { preferredVisualisationType: 'table' },
    notices: [
      ...notices,
      ...(counted.size > 0 ? [] : [{ severity: 'info', text: `There are no labels. ${adviceOf(howToRecord.labels)}` } as const]),
    ],
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

/** Values of one key in the order in which they came, in columns: ids have one for each request. */
class ValueTable {
  private readonly placeOfValue = new Map<string, number>();
  private readonly values: string[] = [];
  private readonly samples: number[] = [];
  private readonly tasks: number[] = [];
  private readonly weight: number[] = [];
  private readonly gcTaxNs: number[] = [];

  constructor(private readonly key: string) {}

  addSamples(value: string, samples: number, weight: number): void {
    const place = this.placeOf(value);
    this.samples[place] = (this.samples[place] ?? 0) + samples;
    this.weight[place] = (this.weight[place] ?? 0) + weight;
  }

  addTasks(value: string, tasks: number, gcTaxNs: number): void {
    const place = this.placeOf(value);
    this.tasks[place] = (this.tasks[place] ?? 0) + tasks;
    this.gcTaxNs[place] = (this.gcTaxNs[place] ?? 0) + gcTaxNs;
  }

  /** How many samples and tasks carry each. */
  counts(): Uint32Array {
    const counts = new Uint32Array(this.values.length);
    for (let n = 0; n < counts.length; n++) {
      counts[n] = (this.samples[n] ?? 0) + (this.tasks[n] ?? 0);
    }
    return counts;
  }

  at(n: number): LabelRow {
    return {
      key: this.key,
      value: this.values[n] ?? '',
      samples: this.samples[n] ?? 0,
      tasks: this.tasks[n] ?? 0,
      weight: this.weight[n] ?? 0,
      gcTaxNs: this.gcTaxNs[n] ?? 0,
    };
  }

  private placeOf(value: string): number {
    let place = this.placeOfValue.get(value);
    if (place === undefined) {
      place = this.values.push(value) - 1;
      this.placeOfValue.set(value, place);
      this.samples.push(0);
      this.tasks.push(0);
      this.weight.push(0);
      this.gcTaxNs.push(0);
    }
    return place;
  }
}

function tableOf(tables: Map<string, ValueTable>, key: string): ValueTable {
  let table = tables.get(key);
  if (table === undefined) {
    table = new ValueTable(key);
    tables.set(key, table);
  }
  return table;
}

function addValues({ count, at }: CountedValues, table: ValueTable): void {
  for (let n = 0; n < count.length; n++) {
    const { value, tasks, gcTaxNs } = at(n);
    table.addTasks(value, tasks, gcTaxNs);
  }
}

/** What stands in a column of the tasks: values of which there may be as many as tasks. */
function taskColumns({ facts: { tasks, costs } }: AnalyzedTrace): CountedValues[] {
  /** @param none the value that says that there is none, where one does */
  const valuesOf = (
    key: string,
    column: Float64Array | Uint32Array,
    none = NaN,
    textOf = (row: number) => String(column[row]),
  ): CountedValues => {
    const groups = rowsBy(column);
    const carried = rowsWhere(groups.length, (group) => groups.keyAt(group) !== none);
    return {
      key,
      count: carried.map((group) => (groups.start[group + 1] ?? 0) - (groups.start[group] ?? 0)),
      at: (n) => {
        const rows = groups.rowsAt(carried[n] ?? 0);
        const gcTaxNs = rows.reduce((sum, row) => sum + taxOf(costs, row), 0);
        return { key, value: textOf(rows[0] ?? -1), samples: 0, tasks: rows.length, weight: 0, gcTaxNs };
      },
    };
  };
  return [
    valuesOf('type', tasks.type, NaN, (row) => tasks.at(row)?.type ?? ''),
    valuesOf('task', tasks.id),
    valuesOf('parent', tasks.parent, 0),
    // Only of a task whose begin is not in the trace the goroutine is not known.
    valuesOf('goroutine', tasks.goroutine, NONE),
  ];
}

function taxOf({ gcTaxNs }: AnalyzedTrace['facts']['costs'], row: number): number {
  const taxNs = gcTaxNs[row] ?? NaN;
  return Number.isNaN(taxNs) ? 0 : taxNs;
}

function countTasks({ facts }: AnalyzedTrace, lookup: TaskLookup, tables: Map<string, ValueTable>): void {
  const { tasks, costs } = facts;
  let taxNs = 0;
  const count = (key: string, value: string): void => {
    tableOf(tables, key).addTasks(value, 1, taxNs);
  };
  for (let task = 0; task < tasks.length; task++) {
    taxNs = taxOf(costs, task);
    lookup.visitValues(task, count);
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
      Array.from(largestRows(count, allRows(count.length), maxValues), (row) => at(row)).sort(
        (a, b) => countOf(b) - countOf(a) || b.weight - a.weight || compareText(a.value, b.value),
      ),
    )
    .slice(0, limit);
  const left = [...byKey.values()].reduce((sum, { count }) => sum + count.length, 0) - shown.length;
  return { shown, notices: left === 0 ? [] : [{ severity: 'info', text: `${left} values that are carried least are left out.` }] };
}
