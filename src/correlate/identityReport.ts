import type { Profile } from '../pprof';
import type { Task } from '../runtime';
import type { AnalyzedTrace, IdDialect, IdOrigin, TaskIdentity } from './capture';
import type { TaskFingerprint } from './fingerprints';
import { howToRecord } from './howToRecord';
import { readLabelledWork } from './labelledWork';
import type { LabelProducer } from './spanLabels';
import { count, list } from './words';

/** Who each task is outside of the process, how that is known, and what is missing where it is not. */
export interface IdentityReport {
  readonly tasks: readonly IdentifiedTask[];
  /** How many tasks are known by each dialect, most first; null is not at all. */
  readonly summary: readonly { readonly dialect: IdDialect | 'request-id' | null; readonly tasks: number }[];
  readonly labels: readonly LabelSummary[];
}

/** A task of the trace. */
export interface IdentifiedTask {
  readonly task: number;
  readonly type: string;
  readonly goroutine: number | null;
  /** How its id is known: `request-id` where logs give no other than that, null without any. */
  readonly dialect: IdDialect | 'request-id' | null;
  readonly source: string | null;
  readonly evidence: string | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
  /** `http.request_id` and other ids that logs give. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of an id that is inferred from samples: share of samples that fit, 0 to 1. */
  readonly score: number | null;
  /** Why no span and no trace is known, and what to do in the service or with the files. */
  readonly missing: Missing | null;
}

/** Why a task has no id, and what brings one. */
export interface Missing {
  readonly reason: string;
  readonly remedy: string;
  /** Go code for the service, null where other files or another moment help. */
  readonly code: string | null;
}

/** A label of the profile that names spans or traces. */
export interface LabelSummary {
  readonly key: string;
  readonly producer: LabelProducer;
  /** Different values, and the samples that carry one. */
  readonly values: number;
  readonly samples: number;
}

/**
 * How each task of a trace was identified.
 * @param profile the CPU profile that was given beside it
 */
export function identityReport(analyzed: AnalyzedTrace, profile?: Profile): IdentityReport {
  const { tasks: table } = analyzed.facts;
  const tasks: IdentifiedTask[] = [];
  for (let row = 0; row < table.length; row++) {
    const task = table.at(row);
    const identity = analyzed.identities.at(row);
    if (task !== undefined && identity !== undefined) {
      tasks.push(describeTask(analyzed, row, task, identity));
    }
  }
  return { tasks, summary: summarize(tasks), labels: profile === undefined ? [] : labelSummaries(profile) };
}

/** Labels of a profile that name spans or traces. */
export function labelSummaries(profile: Profile): LabelSummary[] {
  return readLabelledWork(profile, () => 0).map(({ producer, works }) => ({
    key: works[0]?.key ?? '',
    producer,
    values: works.length,
    samples: works.reduce((sum, { samples }) => sum + samples, 0),
  }));
}

function describeTask(analyzed: AnalyzedTrace, row: number, task: Task, identity: TaskIdentity): IdentifiedTask {
  const { ids, attributes, trace } = identity;
  const named = ids.find(({ traceId }) => traceId !== undefined);
  const origin: IdOrigin | undefined = ids[0] ?? trace;
  const request = Object.keys(attributes)[0];
  return {
    task: task.id,
    type: task.type,
    goroutine: task.goroutine,
    dialect: origin?.dialect ?? (request === undefined ? null : 'request-id'),
    source: origin?.source ?? request ?? null,
    evidence: evidenceOf(identity, request),
    traceId: named?.traceId ?? trace?.traceId ?? null,
    spanId: ids[0]?.spanId ?? null,
    attributes,
    score: origin?.score ?? null,
    missing: origin === undefined ? whyMissing(analyzed, row, task) : null,
  };
}

function evidenceOf({ ids, trace }: TaskIdentity, request: string | undefined): string | null {
  const evidence = [...ids, ...(trace === undefined ? [] : [trace])].map((origin) => origin.evidence);
  return evidence.length > 0 ? list(evidence) : request === undefined ? null : `log ${request}`;
}

function whyMissing({ facts, joins }: AnalyzedTrace, row: number, task: Task): Missing {
  const reasons = [task.cutStart ? 'it began before the trace, and a log of its id with it' : 'no log of it names a span'];
  const { appSpans, profile, fingerprints } = joins;
  if (appSpans !== null) {
    reasons.push(
      !appSpans.isJoined
        ? 'the application’s spans are not joined'
        : facts.wall === null
          ? 'without a wall clock the application’s spans cannot be compared'
          : 'no span of the application alone has its name, begin and end',
    );
  }
  if (profile !== null) {
    reasons.push(
      fingerprints === null ? 'the CPU profile is not joined' : whyNotBySamples(fingerprints.labels, fingerprints.byTask.get(row)),
    );
  }
  return { reason: list(reasons), ...remedyFor(task, appSpans === null) };
}

function whyNotBySamples(labels: readonly string[], fingerprint: TaskFingerprint | undefined): string {
  if (labels.length === 0) {
    return 'no label of the CPU profile names a span';
  }
  if (fingerprint === undefined) {
    return 'no CPU sample fell into it';
  }
  const { samples, score, rivalScore, isAmbiguous } = fingerprint;
  const [fit, are] = samples === 1 ? ['fits', 'is'] : ['fit', 'are'];
  return score > 0
    ? `its ${count(samples, 'CPU sample')} ${isAmbiguous ? `${are} ambiguous` : `${fit} no label well`} (best score ${score.toFixed(2)}, next ${rivalScore.toFixed(2)})`
    : `its ${count(samples, 'CPU sample')} ${fit} no label`;
}

function remedyFor({ cutStart }: Task, isWithoutSpans: boolean): Pick<Missing, 'remedy' | 'code'> {
  const recording: { advice: string; code: string | null } = cutStart ? startEarlier : howToRecord.ids;
  const spans = isWithoutSpans ? ', or give the application’s own spans as an OTLP file beside the trace' : '';
  return { remedy: `${recording.advice}${spans}`, code: recording.code };
}

const startEarlier = { advice: 'Start the trace before the request begins', code: null };

function summarize(tasks: readonly IdentifiedTask[]): IdentityReport['summary'] {
  const counts = new Map<IdentifiedTask['dialect'], number>();
  for (const { dialect } of tasks) {
    counts.set(dialect, (counts.get(dialect) ?? 0) + 1);
  }
  return [...counts].map(([dialect, amount]) => ({ dialect, tasks: amount })).sort((a, b) => b.tasks - a.tasks);
}
