import type { Profile } from '../pprof';
import type { AnalyzedTrace, IdentityTable, SpanId } from './capture';
import { spanIdOfDecimal } from './spanIds';

/** Which task each sample of a CPU profile belongs to, told by its labels. */
export interface JoinedProfile {
  /** By sample of the profile: row of facts.tasks, -1 without. */
  readonly taskOfSample: Int32Array;
  /** By task row: labels of its samples and how many samples carry each value; labels that hold ids are left out. Tasks without samples are absent. */
  readonly labelsOfTask: ReadonlyMap<number, ReadonlyMap<string, ReadonlyMap<string, number>>>;
}

/** Labels that name a span, most exact first: of the span itself, then of the request's local root (correlation-conventions.md section 0). */
const spanLabels: readonly string[] = ['span id', 'span_id', 'profile_id', 'local root span id'];
/** Labels that name a trace only. */
const traceLabels: readonly string[] = ['trace_id', 'trace id', 'otel_traceid', 'otel.traceid'];
const idLabels: ReadonlySet<string> = new Set([...spanLabels, ...traceLabels]);

/**
 * Joins the samples of a CPU profile taken beside the trace to the tasks that are already identified. A `span_id` label names the request's local root by
 * default, so a sample belongs to the innermost task that its labels name, which may be the whole request.
 */
export function joinProfile(analyzed: Pick<AnalyzedTrace, 'facts' | 'identities'>, profile: Profile): JoinedProfile {
  const taskOf = taskFinder(analyzed);
  const taskOfSample = new Int32Array(profile.samples.length).fill(-1);
  const labelsOfTask = new Map<number, Map<string, Map<string, number>>>();
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const labels = labelsOfSample(profile, sample);
    const row = taskOf(labels);
    if (row !== undefined) {
      taskOfSample[sample] = row;
      countLabels(labels, labelsOfTask, row);
    }
  }
  return { taskOfSample, labelsOfTask };
}

function labelsOfSample(profile: Profile, sample: number): Map<string, string> {
  const labels = new Map<string, string>();
  const end = profile.samples.labelStart[sample + 1] ?? 0;
  for (let row = profile.samples.labelStart[sample] ?? 0; row < end; row++) {
    const number = profile.labels.number[row] ?? NaN;
    const text = Number.isNaN(number) ? profile.strings[profile.labels.text[row] ?? 0] : String(number);
    labels.set(profile.strings[profile.labels.key[row] ?? 0] ?? '', text ?? '');
  }
  return labels;
}

function taskFinder({
  facts,
  identities,
}: Pick<AnalyzedTrace, 'facts' | 'identities'>): (labels: ReadonlyMap<string, string>) => number | undefined {
  const bySpan = firstRows(identities, (id) => id.spanId);
  const byTrace = firstRows(identities, (id) => id.traceId);
  // Tasks come in order of their start; a trace belongs to the first of them.
  const rowOfSpan = (label: string | undefined) =>
    label === undefined ? undefined : (bySpan.get(label.toLowerCase()) ?? bySpan.get(spanIdOfDecimal(label) ?? ''));
  return (labels) => {
    for (const key of spanLabels) {
      const row = rowOfSpan(labels.get(key));
      if (row !== undefined && row < facts.tasks.length) {
        return row;
      }
    }
    return traceLabels.map((key) => byTrace.get((labels.get(key) ?? '').toLowerCase())).find((row) => row !== undefined);
  };
}

function firstRows(identities: IdentityTable, keyOf: (id: SpanId) => string | undefined): Map<string, number> {
  const rows = new Map<string, number>();
  for (let row = 0; row < identities.length; row++) {
    for (const id of identities.at(row)?.ids ?? []) {
      const key = keyOf(id);
      if (key !== undefined && !rows.has(key)) {
        rows.set(key, row);
      }
    }
  }
  return rows;
}

function countLabels(labels: ReadonlyMap<string, string>, counts: Map<number, Map<string, Map<string, number>>>, row: number): void {
  const ofTask = counts.get(row) ?? new Map<string, Map<string, number>>();
  counts.set(row, ofTask);
  for (const [key, value] of labels) {
    if (!idLabels.has(key)) {
      const ofKey = ofTask.get(key) ?? new Map<string, number>();
      ofTask.set(key, ofKey.set(value, (ofKey.get(value) ?? 0) + 1));
    }
  }
}
