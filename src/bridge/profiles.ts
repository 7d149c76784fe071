import type { Resource } from '@opentelemetry/resources';
import protobuf from 'protobufjs/minimal.js';

import { type AnalyzedTrace, joinProfile, SpanIds } from '../correlate';
import { NONE } from '../gotrace';
import type { Profile } from '../pprof';
import { framesOfStack, mapOps, RowGroups } from '../runtime';
import { AppSpanIndex } from './appSpanIndex';
import type { BuildOptions, CaptureName } from './buildSpans';
import { captureResource, scope } from './captureResource';
import { type Clock, wallClock } from './clock';
import type { SignalRequest } from './exportRequests';
import { type DictionaryLocation, fixed64, int, message, packed, ProfilesDictionary } from './profilesDictionary';
import { requestContext } from './requestContext';

/** A sample of a profile: all that were taken at one stack with the same attributes for one span. */
interface ProfileSample {
  readonly stack: number;
  readonly attributes: readonly number[];
  readonly link: number;
  readonly values: number[];
  /** As many as values, or none. */
  readonly timesUnixNs: bigint[];
}

/** One profile of one sample type. */
interface ProfileDraft {
  readonly name: string;
  readonly type: readonly [type: string, unit: string];
  readonly period: readonly [type: string, unit: string, period: number];
  readonly startUnixNs: bigint;
  readonly durationNs: number;
  readonly samples: readonly ProfileSample[];
}

/**
 * CPU samples of a trace, and of the CPU profile beside it, as OTLP profiles (signal in development, opentelemetry-proto profiles/v1development): a request with one profile for
 * each sample type. Samples of a request link to its span, the application's own where it is known.
 * @throws GclensError when the trace has no wall clock
 */
export function profilesRequest(analyzed: AnalyzedTrace, capture: CaptureName, options: BuildOptions = {}): SignalRequest {
  const clock = wallClock(analyzed, options.appSpans, options.wall);
  const maker = new ProfileMaker(analyzed, clock, new SpanIds(capture.sha256), options);
  const drafts = [...maker.ofTrace(), ...(options.profile === undefined ? [] : maker.ofProfile(options.profile))];
  const resource = captureResource(capture, clock, options);
  return {
    signal: 'profiles',
    items: drafts.length,
    key: `profiles ${drafts.length}`,
    hasJson: false,
    encode: () => encodeRequest(drafts, maker.dictionary, resource, new SpanIds(capture.sha256)),
  };
}

class ProfileMaker {
  readonly dictionary = new ProfilesDictionary();
  private readonly appSpans: AppSpanIndex;
  private readonly links = new Map<number, number>();

  constructor(
    private readonly analyzed: AnalyzedTrace,
    private readonly clock: Clock,
    private readonly ids: SpanIds,
    options: BuildOptions,
  ) {
    this.appSpans = new AppSpanIndex(options.appSpans ?? []);
  }

  /** CPU samples of the trace, each with its moment; none where it has none. */
  ofTrace(): ProfileDraft[] {
    const { trace, facts } = this.analyzed;
    const { samples, startNs, endNs } = facts;
    const stacks = new Map<number, number>();
    const merged = new Map<string, ProfileSample>();
    const taskOf = this.taskFinder();
    for (let sample = 0; sample < samples.length; sample++) {
      const timeNs = samples.timeNs[sample] ?? 0;
      const goroutine = samples.goroutine[sample] ?? NONE;
      const traceStack = samples.stack[sample] ?? 0;
      const stack = stacks.get(traceStack) ?? this.dictionary.stack(framesOfStack(trace, traceStack).map((frame) => locationOf(frame)));
      stacks.set(traceStack, stack);
      const op = mapOps[samples.mapOp[sample] ?? -1];
      const attributes = [
        ...(goroutine === NONE ? [] : [this.dictionary.attribute('gclens.goroutine.id', goroutine)]),
        ...(op === undefined ? [] : [this.dictionary.attribute('gclens.map.op', op)]),
      ];
      const into = merge(merged, stack, attributes, this.linkOf(taskOf(goroutine, timeNs)));
      into.values.push(samples.periodNs);
      into.timesUnixNs.push(unixNsOf(this.clock, timeNs));
    }
    return samples.length === 0
      ? []
      : [
          {
            name: 'trace',
            type: ['cpu', 'nanoseconds'],
            period: ['cpu', 'nanoseconds', samples.periodNs],
            startUnixNs: unixNsOf(this.clock, startNs),
            durationNs: endNs - startNs,
            samples: [...merged.values()],
          },
        ];
  }

  /** A profile for each sample type; labels are attributes. */
  ofProfile(profile: Profile): ProfileDraft[] {
    const { taskOfSample } = joinProfile(this.analyzed, profile);
    const { samples, sampleTypes, periodType } = profile;
    const mappings = profile.mappings.map((mapping) => this.dictionary.mapping(mapping));
    const stacks = new Map<number, number>();
    const places = Array.from({ length: samples.length }, (_, sample) => {
      const row = samples.stack[sample] ?? 0;
      const stack = stacks.get(row) ?? this.dictionary.stack(locationsOf(profile, row, mappings));
      stacks.set(row, stack);
      return { stack, attributes: this.labelsOf(profile, sample), link: this.linkOf(taskOfSample[sample] ?? -1) };
    });
    return sampleTypes.map(({ type, unit }, column) => ({
      name: `profile ${type}`,
      type: [type, unit],
      period: [periodType?.type ?? '', periodType?.unit ?? '', profile.period],
      startUnixNs: profile.timeUnixNs,
      durationNs: profile.durationNs,
      samples: places.map((place, sample) => ({ ...place, values: [samples.values[column]?.[sample] ?? 0], timesUnixNs: [] })),
    }));
  }

  private labelsOf({ samples, labels, strings }: Profile, sample: number): number[] {
    const attributes: number[] = [];
    const end = samples.labelStart[sample + 1] ?? 0;
    for (let row = samples.labelStart[sample] ?? 0; row < end; row++) {
      const number = labels.number[row] ?? NaN;
      const value = Number.isNaN(number) ? (strings[labels.text[row] ?? 0] ?? '') : number;
      attributes.push(this.dictionary.attribute(strings[labels.key[row] ?? 0] ?? '', value));
    }
    return attributes;
  }

  /** Row of the link to a request's span; 0 without a request. @param row of facts.tasks, -1 without */
  private linkOf(row: number): number {
    if (row < 0) {
      return 0;
    }
    const known = this.links.get(row);
    if (known !== undefined) {
      return known;
    }
    const { traceId, spanId } = requestContext(this.analyzed, this.ids, this.appSpans, row).context;
    const link = this.dictionary.link(traceId, spanId);
    this.links.set(row, link);
    return link;
  }

  /** The innermost task of a goroutine at a moment, -1 without. */
  private taskFinder(): (goroutine: number, timeNs: number) => number {
    const { goroutine: ofTask, startNs, endNs } = this.analyzed.facts.tasks;
    const groups = new RowGroups(ofTask);
    return (goroutine, timeNs) =>
      goroutine === NONE
        ? -1
        : (groups.rowsOf(goroutine).findLast((row) => (startNs[row] ?? Infinity) <= timeNs && timeNs < (endNs[row] ?? -Infinity)) ?? -1);
  }
}

function merge(merged: Map<string, ProfileSample>, stack: number, attributes: readonly number[], link: number): ProfileSample {
  const key = `${stack} ${link} ${attributes.join()}`;
  const sample = merged.get(key) ?? { stack, attributes, link, values: [], timesUnixNs: [] };
  merged.set(key, sample);
  return sample;
}

function locationOf(frame: { readonly function: string; readonly file: string; readonly line: number }): DictionaryLocation {
  return { address: 0n, mapping: 0, lines: [{ ...frame, column: 0 }] };
}

/** Leaf first, as in both formats. */
function locationsOf({ stacks, locations, functions, strings }: Profile, stack: number, mappings: readonly number[]): DictionaryLocation[] {
  const found: DictionaryLocation[] = [];
  const end = stacks.locationStart[stack + 1] ?? 0;
  for (let at = stacks.locationStart[stack] ?? 0; at < end; at++) {
    const location = stacks.location[at] ?? 0;
    const lastLine = locations.lineStart[location + 1] ?? 0;
    const lines = [];
    for (let line = locations.lineStart[location] ?? 0; line < lastLine; line++) {
      const row = locations.lineFunction[line] ?? 0;
      lines.push({
        function: strings[functions.name[row] ?? 0] ?? '',
        file: strings[functions.file[row] ?? 0] ?? '',
        line: locations.lineNumber[line] ?? 0,
        column: locations.lineColumn[line] ?? 0,
      });
    }
    found.push({ address: locations.address[location] ?? 0n, mapping: mappings[locations.mapping[location] ?? -1] ?? 0, lines });
  }
  return found;
}

function unixNsOf(clock: Clock, timeNs: number): bigint {
  const [seconds, nanoseconds] = clock.toHrTime(timeNs);
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}

/** ExportProfilesServiceRequest. */
function encodeRequest(drafts: readonly ProfileDraft[], dictionary: ProfilesDictionary, resource: Resource, ids: SpanIds): Uint8Array {
  const writer = protobuf.Writer.create();
  message(writer, 1, (resourceProfiles) => {
    message(resourceProfiles, 1, (inside) => writeResource(inside, resource));
    message(resourceProfiles, 2, (scopeProfiles) => {
      message(scopeProfiles, 1, (inside) => {
        inside.uint32((1 << 3) | 2).string(scope.name);
        inside.uint32((2 << 3) | 2).string(scope.version);
      });
      for (const draft of drafts) {
        message(scopeProfiles, 2, (inside) => writeProfile(inside, draft, dictionary, ids));
      }
      scopeProfiles.uint32((3 << 3) | 2).string(scope.schemaUrl);
    });
  });
  // All that the profiles name is in the dictionary by now.
  message(writer, 2, (inside) => dictionary.write(inside));
  return writer.finish();
}

function writeResource(writer: protobuf.Writer, { attributes }: Resource): void {
  for (const [key, value] of Object.entries(attributes)) {
    message(writer, 1, (keyValue) => {
      keyValue.uint32((1 << 3) | 2).string(key);
      message(keyValue, 2, (any) => {
        if (typeof value === 'number') {
          any.uint32(3 << 3).int64(value);
        } else {
          any.uint32((1 << 3) | 2).string(String(value));
        }
      });
    });
  }
}

function writeProfile(writer: protobuf.Writer, draft: ProfileDraft, dictionary: ProfilesDictionary, ids: SpanIds): void {
  const valueType =
    ([type, unit]: readonly [string, string]) =>
    (inside: protobuf.Writer) => {
      int(inside, 1, dictionary.string(type));
      int(inside, 2, dictionary.string(unit));
    };
  message(writer, 1, valueType(draft.type));
  for (const { stack, attributes, link, values, timesUnixNs } of draft.samples) {
    message(writer, 2, (sample) => {
      int(sample, 1, stack);
      packed(sample, 2, attributes);
      int(sample, 3, link);
      packed(sample, 4, values);
      if (timesUnixNs.length > 0) {
        message(sample, 5, (inside) => timesUnixNs.forEach((time) => fixed64(inside, time)));
      }
    });
  }
  writer.uint32((3 << 3) | 1);
  fixed64(writer, draft.startUnixNs);
  int(writer, 4, draft.durationNs);
  const [type, unit, period] = draft.period;
  message(writer, 5, valueType([type, unit]));
  int(writer, 6, period);
  const id = ids.traceId(`profile ${draft.name}`);
  writer.uint32((7 << 3) | 2).bytes(Uint8Array.from(id.match(/../g) ?? [], (pair) => parseInt(pair, 16)));
}
