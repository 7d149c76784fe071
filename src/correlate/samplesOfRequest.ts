import type { Profile } from '../pprof';
import type { AnalyzedTrace } from './capture';
import { findTasks, shortestIdPrefix, withDescendants } from './findTask';
import { joinProfile } from './joinProfile';
import { labelsOfSample, spanIdOfLabel, spanLabels, traceIdOfLabel, traceLabels } from './spanLabels';
import { spanIdOfDecimal } from './spanIds';

/** Which samples of a profile are of a request. */
export interface RequestSamples {
  /** 1 for those that are. */
  readonly filter: Uint8Array;
  readonly count: number;
}

/**
 * The samples of the request that a text names: those that belong to its task or to tasks within it, where there is a trace, and those whose labels hold it as a
 * span id (hex or decimal) or trace id. Only where there are none of these, samples with a label of just this value; then those whose ids begin with it.
 * @param analyzed null where there is no trace of the same process and moment
 */
export function samplesOfRequest(profile: Profile, query: string, analyzed: AnalyzedTrace | null): RequestSamples {
  const text = query.trim();
  const lower = text.toLowerCase();
  const decimal = spanIdOfDecimal(text);
  const isOfTask = analyzed === null ? () => false : taskTest(analyzed, profile, text);
  const hasPrefix = text.length >= shortestIdPrefix;
  const tests: SampleTest[] = [
    (labels, sample) => isOfTask(sample) || idsOf(labels).some((id) => id === lower || id === decimal),
    (labels) => [...labels.values()].includes(text),
    (labels) => hasPrefix && [...idsOf(labels), ...labels.values()].some((id) => id.startsWith(lower) || id.startsWith(text)),
  ];
  for (const test of tests) {
    const found = choose(profile, test);
    if (found.count > 0) {
      return found;
    }
  }
  return { filter: new Uint8Array(profile.samples.length), count: 0 };
}

type SampleTest = (labels: ReadonlyMap<string, string>, sample: number) => boolean;

function taskTest(analyzed: AnalyzedTrace, profile: Profile, text: string): (sample: number) => boolean {
  const rows = withDescendants(analyzed.facts.tasks, findTasks(analyzed, text).rows);
  if (rows.size === 0) {
    return () => false;
  }
  const { taskOfSample } = joinProfile(analyzed, profile);
  return (sample) => rows.has(taskOfSample[sample] ?? -1);
}

function choose(profile: Profile, test: SampleTest): RequestSamples {
  const filter = new Uint8Array(profile.samples.length);
  let count = 0;
  for (let sample = 0; sample < filter.length; sample++) {
    if (test(labelsOfSample(profile, sample), sample)) {
      filter[sample] = 1;
      count++;
    }
  }
  return { filter, count };
}

/** Span and trace ids that labels hold, as every view writes them. */
function idsOf(labels: ReadonlyMap<string, string>): string[] {
  const spanIds = spanLabels.flatMap((label) => spanIdOfLabel(label, labels.get(label.key) ?? '') ?? []);
  return [...spanIds, ...traceLabels.flatMap(({ key }) => traceIdOfLabel(labels.get(key)) ?? [])];
}
