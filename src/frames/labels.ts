import { compareText, type Notice } from '../base';
import type { AnalyzedTrace } from '../correlate';
import { labelValues } from '../pprof';
import { largestRows } from '../runtime';
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
  const rowOf = (key: string, value: string): LabelRow => {
    const values = byKey.get(key) ?? new Map<string, LabelRow>();
    const row = values.get(value);
    if (row !== undefined) {
      return row;
    }
    const made: LabelRow = { key, value, samples: 0, tasks: 0, weight: 0, gcTaxNs: 0 };
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
  }
  const { shown, notices } = cut(new Map([...byKey].map(([key, values]) => [key, [...values.values()]])), limit);
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

function countTasks({ facts }: AnalyzedTrace, lookup: TaskLookup, rowOf: (key: string, value: string) => LabelRow): void {
  for (let task = 0; task < facts.tasks.length; task++) {
    const taxNs = facts.costs.gcTaxNs[task] ?? NaN;
    for (const key of lookup.namesOf(task)) {
      for (const value of lookup.valuesOf(task, key)) {
        const row = rowOf(key, value);
        row.tasks++;
        row.gcTaxNs += Number.isNaN(taxNs) ? 0 : taxNs;
      }
    }
  }
}

function countOf({ samples, tasks }: LabelRow): number {
  return samples + tasks;
}

/** Keys by name, values by frequency, cut to what a list can show: of ids, which are all as frequent, those that come first. */
function cut(byKey: ReadonlyMap<string, readonly LabelRow[]>, limit = Infinity): { shown: LabelRow[]; notices: Notice[] } {
  const shown = [...byKey]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, rows]) =>
      Array.from(largestRows(rows.map(countOf), Uint32Array.from(rows.keys()), maxValues))
        .flatMap((row) => rows[row] ?? [])
        .sort((a, b) => countOf(b) - countOf(a) || b.weight - a.weight || compareText(a.value, b.value)),
    )
    .slice(0, limit);
  const left = [...byKey.values()].reduce((sum, rows) => sum + rows.length, 0) - shown.length;
  return { shown, notices: left === 0 ? [] : [{ severity: 'info', text: `${left} values that are carried least are left out.` }] };
}
