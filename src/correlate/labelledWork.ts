import { type Profile, sampleCounts } from '../pprof';
import {
  labelsOfSample,
  type LabelProducer,
  type LabelScope,
  spanIdOfLabel,
  spanLabels,
  traceIdOfLabel,
  type TraceLabel,
  traceLabels,
} from './spanLabels';

/** The CPU samples of a profile that carry one id. */
export interface LabelledWork {
  readonly key: string;
  readonly value: string;
  /** Name of what the label names, where a label gives one. */
  readonly name: string | undefined;
  readonly spanId: string | null;
  readonly traceId: string | null;
  /** By number of the stack: how many samples. */
  readonly stacks: ReadonlyMap<number, number>;
  readonly samples: number;
}

/** All work that one label tells apart. */
export interface LabelReading {
  readonly producer: LabelProducer;
  readonly scopes: readonly LabelScope[];
  readonly works: readonly LabelledWork[];
}

interface OpenWork extends LabelledWork {
  readonly stacks: Map<number, number>;
  samples: number;
}

interface OpenReading extends LabelReading {
  readonly key: string;
  readonly nameKey: string | null;
  readonly spanIdOf: (value: string) => string | null;
  readonly byValue: Map<string, OpenWork>;
  readonly works: OpenWork[];
}

/**
 * What the labels of a CPU profile tell apart, by each key that names spans; by the keys that name traces where none names spans.
 * @param stackNumber by row of the profile's stacks
 */
export function readLabelledWork(profile: Profile, stackNumber: (stack: number) => number): LabelReading[] {
  const ofSpans = spanLabels.map((label) => openReading(label, label.scopes, (value) => spanIdOfLabel(label, value)));
  const ofTraces = traceLabels.map((label) => openReading(label, ['request'], () => null));
  const counts = sampleCounts(profile);
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const labels = labelsOfSample(profile, sample);
    const stack = stackNumber(profile.samples.stack[sample] ?? 0);
    for (const reading of [...ofSpans, ...ofTraces]) {
      addSample(reading, labels, stack, counts?.[sample] ?? 1);
    }
  }
  const [spans, traces] = [ofSpans, ofTraces].map((readings) => readings.filter(({ works }) => works.length > 0));
  return spans !== undefined && spans.length > 0 ? spans : (traces ?? []);
}

function openReading(
  { key, producer, nameKey }: TraceLabel,
  scopes: readonly LabelScope[],
  spanIdOf: (value: string) => string | null,
): OpenReading {
  return { key, producer, nameKey, scopes, spanIdOf, byValue: new Map(), works: [] };
}

function addSample(reading: OpenReading, labels: ReadonlyMap<string, string>, stack: number, count: number): void {
  const value = labels.get(reading.key);
  if (value === undefined) {
    return;
  }
  const spanId = reading.spanIdOf(value);
  const traceId = traceLabels.map(({ key }) => traceIdOfLabel(labels.get(key))).find((id) => id !== null) ?? null;
  let work = reading.byValue.get(value);
  if (work === undefined) {
    if (spanId === null && traceId === null) {
      return;
    }
    work = { key: reading.key, value, name: labels.get(reading.nameKey ?? ''), spanId, traceId, stacks: new Map(), samples: 0 };
    reading.byValue.set(value, work);
    reading.works.push(work);
  }
  work.stacks.set(stack, (work.stacks.get(stack) ?? 0) + count);
  work.samples += count;
}
