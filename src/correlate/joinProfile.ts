import type { Profile } from '../pprof';
import type { AnalyzedTrace, IdentityTable, TaskIdentity } from './capture';
import { isIdLabel, labelsOfSample, spanIdOfLabel, spanLabels, traceIdOfLabel, traceLabels } from './spanLabels';

/** Which task each sample of a CPU profile belongs to, told by its labels. */
export interface JoinedProfile {
  /** By sample of the profile: row of facts.tasks, -1 without. */
  readonly taskOfSample: Int32Array;
  /** By task row: labels of its samples and how many samples carry each value; labels that hold ids are left out. Tasks without samples are absent. */
  readonly labelsOfTask: ReadonlyMap<number, ReadonlyMap<string, ReadonlyMap<string, number>>>;
}

/**
 * Joins the samples of a CPU profile taken beside the trace to the tasks that are already identified. A `span_id` label names the request's local root by
 * default, so a sample belongs to the innermost task that its labels name, which may be the whole request.
 */
export function joinProfile(analyzed: Pick<AnalyzedTrace, 'facts' | 'identities'>, profile: Profile): JoinedProfile {
  const taskOf = taskFinder(analyzed.identities);
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

function taskFinder(identities: IdentityTable): (labels: ReadonlyMap<string, string>) => number | undefined {
  const bySpan = firstRows(identities, ({ ids }) => ids.map(({ spanId }) => spanId));
  // Tasks come in order of their start; a trace belongs to the first of them.
  const byTrace = firstRows(identities, ({ ids, trace }) =>
    [...ids, ...(trace === undefined ? [] : [trace])].map(({ traceId }) => traceId),
  );
  return (labels) => {
    for (const label of spanLabels) {
      const value = labels.get(label.key);
      const row = value === undefined ? undefined : bySpan.get(spanIdOfLabel(label, value) ?? '');
      if (row !== undefined) {
        return row;
      }
    }
    return traceLabels.map(({ key }) => byTrace.get(traceIdOfLabel(labels.get(key)) ?? '')).find((row) => row !== undefined);
  };
}

function firstRows(identities: IdentityTable, keysOf: (identity: TaskIdentity) => (string | undefined)[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (let row = 0; row < identities.length; row++) {
    const identity = identities.at(row);
    for (const key of identity === undefined ? [] : keysOf(identity)) {
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
    if (!isIdLabel(key)) {
      const ofKey = ofTask.get(key) ?? new Map<string, number>();
      ofTask.set(key, ofKey.set(value, (ofKey.get(value) ?? 0) + 1));
    }
  }
}
