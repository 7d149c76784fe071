import type { Attributes } from '@opentelemetry/api';

import { type AnalyzedTrace, joinProfile } from '../correlate';
import type { Profile } from '../pprof';
import { classifyMapOp, type MapOp } from '../runtime';

/** More values than this of one label say nothing about a span. */
const maxValues = 16;

type LabelValues = Map<string, Set<string>>;

/** pprof labels of the samples that belong to a request, by `gclens.label.<key>`. */
export interface RequestLabels {
  /** Of all samples of a task, or of those that were in one map operation. */
  of(row: number, op?: MapOp): Attributes;
}

/** Joins a CPU profile taken with the trace; ids among the labels are left out, they are the span's own. */
export function requestLabels(analyzed: AnalyzedTrace, profile: Profile | undefined): RequestLabels {
  if (profile === undefined) {
    return { of: () => ({}) };
  }
  const { taskOfSample, labelsOfTask } = joinProfile(analyzed, profile);
  const byWork = new Map<string, LabelValues>();
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const row = taskOfSample[sample] ?? -1;
    const known = labelsOfTask.get(row);
    if (known !== undefined) {
      const op = classifyMapOp(functionsOfSample(profile, sample))?.op;
      for (const [key, value] of labelsOfSample(profile, sample)) {
        if (known.has(key)) {
          add(byWork, keyOf(row), key, value);
          if (op !== undefined) {
            add(byWork, keyOf(row, op), key, value);
          }
        }
      }
    }
  }
  return { of: (row, op) => toAttributes(byWork.get(keyOf(row, op))) };
}

function keyOf(row: number, op?: MapOp): string {
  return `${row} ${op ?? ''}`;
}

function add(byWork: Map<string, LabelValues>, work: string, key: string, value: string): void {
  const labels = byWork.get(work) ?? new Map<string, Set<string>>();
  byWork.set(work, labels);
  labels.set(key, (labels.get(key) ?? new Set()).add(value));
}

function toAttributes(labels: LabelValues | undefined): Attributes {
  const attributes: Attributes = {};
  for (const [key, values] of labels ?? []) {
    const list = [...values].sort();
    if (list.length <= maxValues) {
      attributes[`gclens.label.${key}`] = list.length === 1 ? list[0] : list;
    }
  }
  return attributes;
}

function* labelsOfSample({ samples, labels, strings }: Profile, sample: number): Generator<readonly [string, string]> {
  const end = samples.labelStart[sample + 1] ?? 0;
  for (let row = samples.labelStart[sample] ?? 0; row < end; row++) {
    const number = labels.number[row] ?? NaN;
    yield [strings[labels.key[row] ?? 0] ?? '', Number.isNaN(number) ? (strings[labels.text[row] ?? 0] ?? '') : String(number)];
  }
}

function functionsOfSample({ samples, stacks, locations, functions, strings }: Profile, sample: number): string[] {
  const names: string[] = [];
  const stack = samples.stack[sample] ?? 0;
  const end = stacks.locationStart[stack + 1] ?? 0;
  for (let at = stacks.locationStart[stack] ?? 0; at < end; at++) {
    const location = stacks.location[at] ?? 0;
    const lastLine = locations.lineStart[location + 1] ?? 0;
    for (let line = locations.lineStart[location] ?? 0; line < lastLine; line++) {
      names.push(strings[functions.name[locations.lineFunction[line] ?? 0] ?? 0] ?? '');
    }
  }
  return names;
}
