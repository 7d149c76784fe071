import type { IdDialect, IdentityTable, SpanId, TaskIdentity } from './capture';
import type { FingerprintJoin, TaskFingerprint } from './fingerprints';
import type { LabelledWork } from './labelledWork';
import type { LabelProducer } from './spanLabels';
import { count } from './words';

const source = 'samples';

const dialects: Readonly<Record<LabelProducer, IdDialect>> = {
  Datadog: 'samples-datadog',
  'grafana/otel-profiling-go': 'samples-grafana',
  'Polar Signals': 'samples-polarsignals',
};

/**
 * Adds the span, or the trace, of each task that no log and no span of the application names but that its CPU samples tell, and the trace of ids that name only
 * a span, where the labels of a sample name both.
 */
export function joinSamples(identities: IdentityTable, { byTask, traceOfSpan }: FingerprintJoin): IdentityTable {
  return {
    length: identities.length,
    isIdentified: (row) => identities.isIdentified(row) || byTask.get(row)?.work != null,
    at: (row) => {
      const identity = identities.at(row);
      if (identity === undefined) {
        return undefined;
      }
      const fingerprint = identities.isIdentified(row) ? undefined : byTask.get(row);
      return fingerprint === undefined ? withTrace(identity, traceOfSpan) : withFingerprint(identity, fingerprint);
    },
  };
}

function withTrace(identity: TaskIdentity, traceOfSpan: ReadonlyMap<string, string>): TaskIdentity {
  const { ids } = identity;
  const id = ids.some(({ traceId }) => traceId !== undefined) ? undefined : ids.find(({ spanId }) => traceOfSpan.has(spanId));
  const traceId = traceOfSpan.get(id?.spanId ?? '');
  return id === undefined || traceId === undefined
    ? identity
    : {
        ...identity,
        ids: [
          ...ids,
          { traceId, spanId: id.spanId, source, dialect: 'label-trace', evidence: 'trace id beside the span id in the profile’s labels' },
        ],
      };
}

function withFingerprint(identity: TaskIdentity, { samples, work, producer, score }: TaskFingerprint): TaskIdentity {
  if (work === null || producer === null) {
    return identity;
  }
  const origin = { source, dialect: dialects[producer], evidence: describe(work, samples), score };
  const { spanId, traceId } = work;
  if (spanId !== null) {
    const span: SpanId = { ...(traceId === null ? {} : { traceId }), spanId, ...origin };
    return { ...identity, ids: [...identity.ids, span] };
  }
  return traceId === null ? identity : { ...identity, trace: { traceId, ...origin } };
}

function describe({ key, samples }: LabelledWork, ofTask: number): string {
  return `stacks of its ${count(ofTask, 'CPU sample')} against ${count(samples, 'sample')} labelled ${key}`;
}
