import { breathe, GclensError, type Notice, ns, type WorkOptions } from '../base';
import { type CaptureInfo, hashCapture, openCapture, type OpenedCapture, type Sha256 } from '../capture';
import { analyzeTrace, type AnalyzedTrace, type AppSpan, type Capture, type OtlpSpans, parseOtlpSpans } from '../correlate';
import { buildFrames, type Frame, isUsefulInPart, type Reading } from '../frames';
import { decodeTrace, type Trace, type TracePrefix } from '../gotrace';
import { decodeProfile, isCpuProfile, type Profile } from '../pprof';
import type { CaptureFile, Decoder, FileContent, ViewOptions, ViewRequest } from './decoder';
import { asGclensError } from './errors';
import { PrefixWatchers, type PrefixWatcher } from './prefixes';
import { RecentlyOpened } from './recentlyOpened';
import { recordedUnixMs } from './recordedTime';
import { SharedWork } from './sharedWork';
import { sizeOfDecoded, sizeOfFacts } from './sizes';
import { decodeUnder } from './viewport';

/** A file decoded by itself, before it is seen together with others. */
export type Decoded = { readonly sha256: Sha256; readonly notices: readonly Notice[] } & (
  | { readonly kind: 'pprof'; readonly profile: Profile }
  | { readonly kind: 'trace'; readonly trace: Trace }
  | { readonly kind: 'otlp-spans'; readonly spans: readonly AppSpan[] }
);

type Named<T> = T & { readonly name: string };

/** 1.5 GiB: what a browser tab bears beside the page. */
const defaultMaxBytes = 1.5 * 2 ** 30;

/** Decodes where it is called; the worker and the command line both run it. */
export class DecodeService implements Decoder {
  private readonly decoded: SharedWork<Decoded>;
  /** What is known of traces without the traces, which would stay in memory with it beyond their own bound. */
  private readonly analyzed: SharedWork<Omit<AnalyzedTrace, 'trace'>>;
  private readonly wholes = new WeakMap<Trace, WeakMap<object, AnalyzedTrace>>();
  private readonly opened: RecentlyOpened;
  private readonly prefixes = new PrefixWatchers();

  /** @param maxBytes bound of what stays decoded between queries, by estimate */
  constructor(maxBytes = defaultMaxBytes) {
    this.decoded = new SharedWork(maxBytes * 0.6);
    this.analyzed = new SharedWork(maxBytes * 0.25);
    this.opened = new RecentlyOpened(maxBytes * 0.15);
  }

  async identify(file: FileContent, name: string, options: WorkOptions = {}): Promise<CaptureInfo> {
    return withoutBugs(name, options, async () => {
      const opened = await openCapture(await readContent(file, name), name, options);
      this.opened.add(opened);
      const unixMs = recordedUnixMs(opened.info.kind, opened.bytes);
      return unixMs === undefined ? opened.info : { ...opened.info, recordedUnixMs: unixMs };
    });
  }

  async view(request: ViewRequest, options: ViewOptions = {}): Promise<Frame[]> {
    const { files, baseline = [], query, context } = request;
    return withoutBugs(undefined, options, async () => {
      const { decoded, failures } = await this.decodeAll(files, options, prefixViewer(request, options));
      const captures = await this.analyzeAll(decoded, query.joinAnyway === true, options);
      const compared = await this.decodeAll(baseline, options, undefined);
      const comparedCaptures = await this.analyzeAll(compared.decoded, query.joinAnyway === true, options);
      // Views that are asked for together wait for the same facts: what was made for one goes out before the next one is made, and what was shown in part comes first.
      if (!isUsefulInPart(query, context)) {
        await breathe(options.signal);
      }
      const stored = context.stored?.map((capture) => ({ ...capture, isDecoded: this.decoded.holds(capture.sha256) }));
      const notices = [
        ...(context.notices ?? []),
        ...[...failures, ...compared.failures].map(noticeOf),
        ...[...decoded, ...compared.decoded].flatMap(noticesOf),
      ];
      try {
        return buildFrames(captures, query, { ...context, stored, notices }, comparedCaptures);
      } catch (error) {
        // What is missing is missing because its file could not be read.
        throw failures[0] ?? compared.failures[0] ?? error;
      }
    });
  }

  /**
   * One after the other: several at once would only need more memory. Small ones come first: a large trace, shown while it is being read, is then seen with
   * what they say. A file that cannot be read spoils nothing of the others; it comes back as what is wrong with it.
   */
  private async decodeAll(
    files: readonly CaptureFile[],
    options: WorkOptions,
    viewPrefix: PrefixViewer | undefined,
  ): Promise<{ decoded: readonly Named<Decoded>[]; failures: readonly GclensError[] }> {
    const results = new Map<CaptureFile, Named<Decoded> | GclensError>();
    const smallestFirst = [...files].sort((a, b) => sizeOfContent(a.file) - sizeOfContent(b.file));
    for (const file of smallestFirst) {
      try {
        const others = [...results.values()].flatMap((result) => (result instanceof GclensError ? [] : [result]));
        const watcher = viewPrefix === undefined ? undefined : viewPrefix(file.name, others);
        const one = await withoutBugs(file.name, options, () => this.decode(file, options, watcher));
        results.set(file, { ...one, name: file.name });
      } catch (error) {
        if (!(error instanceof GclensError)) {
          throw error;
        }
        results.set(file, error);
      }
    }
    const decoded = new Map<Sha256, Named<Decoded>>();
    const failures: GclensError[] = [];
    for (const file of files) {
      const result = results.get(file);
      if (result instanceof GclensError) {
        failures.push(result);
      } else if (result !== undefined && !decoded.has(result.sha256)) {
        decoded.set(result.sha256, result);
      }
    }
    return { decoded: [...decoded.values()], failures };
  }

  private async decode({ file, name, sha256 }: CaptureFile, options: WorkOptions, watcher: PrefixWatcher | undefined): Promise<Decoded> {
    const key = sha256 ?? (await hashCapture(await readContent(file, name), options));
    const stopWatching = watcher === undefined ? undefined : this.prefixes.watch(key, watcher);
    try {
      return await this.decoded.get(key, nameStages(name, options), async (shared) => {
        const opened = this.opened.take(key) ?? (await openCapture(await readContent(file, name), name, { ...shared, sha256: key }));
        const value = await decodeOpened(opened, shared, this.prefixes.pace(key));
        return { value, sizeBytes: sizeOfDecoded(value) };
      });
    } finally {
      stopWatching?.();
    }
  }

  /** The same object for the same trace and facts, by which views remember what they made of it; it keeps neither of them alive. */
  private wholeOf(trace: Trace, known: Omit<AnalyzedTrace, 'trace'>): AnalyzedTrace {
    const ofTrace = this.wholes.get(trace) ?? new WeakMap<object, AnalyzedTrace>();
    const whole = ofTrace.get(known) ?? { ...known, trace };
    this.wholes.set(trace, ofTrace.set(known, whole));
    return whole;
  }

  private async analyzeAll(all: readonly Named<Decoded>[], joinAnyway: boolean, options: WorkOptions): Promise<Capture[]> {
    const profiles = all.flatMap((decoded) => (decoded.kind === 'pprof' ? [decoded] : []));
    const traces = all.flatMap((decoded) => (decoded.kind === 'trace' ? [decoded] : []));
    const spanFiles = all.flatMap((decoded) => (decoded.kind === 'otlp-spans' ? [decoded] : []));
    const cpus = profiles.filter(({ profile }) => isCpuProfile(profile));
    const [cpu, ...others] = cpus;
    const appSpans = spanFiles.flatMap(({ spans }) => spans);
    const captures: Capture[] = profiles.map(({ name, sha256, profile }) => ({ kind: 'pprof', name, sha256, profile }));
    for (const { name, sha256, trace } of traces) {
      const companions = [...cpus, ...spanFiles];
      const key = [sha256, joinAnyway, ...companions.map((file) => `${file.sha256} ${file.name}`)].join(' ');
      const known = await this.analyzed.get(key, nameStages(name, options), async (shared) => {
        const { facts, identities, cycles, overlap, mapSites, joins, notices } = await analyzeTrace(trace, {
          ...shared,
          ...(cpu === undefined ? {} : { profile: cpu.profile, otherProfiles: others.map(({ profile }) => profile) }),
          ...(spanFiles.length === 0 ? {} : { appSpans }),
          joinAnyway,
          names: {
            ...(cpu === undefined ? {} : { profile: cpu.name, otherProfiles: others.map(({ name: other }) => other) }),
            appSpans: spanFiles.map((file) => file.name).join(', '),
          },
        });
        return { value: { facts, identities, cycles, overlap, mapSites, joins, notices }, sizeBytes: sizeOfFacts(facts) };
      });
      captures.push({ kind: 'trace', name, sha256, analyzed: this.wholeOf(trace, known) });
    }
    return captures;
  }
}

/** Shows a trace with what was decoded before it, as it is being decoded. */
type PrefixViewer = (name: string, others: readonly Named<Decoded>[]) => PrefixWatcher;

/** Undefined where nobody wants a part of the answer. */
function prefixViewer({ query, context }: ViewRequest, { signal, onPartial }: ViewOptions): PrefixViewer | undefined {
  if (onPartial === undefined || !isUsefulInPart(query, context)) {
    return undefined;
  }
  return (name, others) => {
    const cpu = others.find((decoded) => decoded.kind === 'pprof' && isCpuProfile(decoded.profile));
    const work = signal === undefined ? {} : { signal };
    const show = async (trace: Trace, reading: Reading): Promise<boolean> => {
      const analyzed = await analyzeTrace(trace, {
        ...work,
        ...(cpu?.kind === 'pprof' ? { profile: cpu.profile, names: { profile: cpu.name } } : {}),
        joinAnyway: query.joinAnyway === true,
      });
      const capture: Capture = { kind: 'trace', name, sha256: '', analyzed: { ...analyzed, notices: [] } };
      const { refId, panelPluginId, range } = context;
      const frames = buildFrames([capture], query, { refId, panelPluginId, range, reading });
      if (frames.length > 0) {
        onPartial(frames);
      }
      return frames.length > 0;
    };
    let looksAhead = context.range !== undefined && query.timeUnit !== 'stretched';
    let isDone = false;
    return async (prefix) => {
      if (isDone) {
        return;
      }
      try {
        const isShown = await show(prefix.trace, readingOf(prefix, prefix.trace, prefix.generation));
        if (isShown || !looksAhead || context.range === undefined) {
          return;
        }
        looksAhead = false;
        const ahead = await decodeUnder(context.range, prefix, work);
        // Nothing that comes before the whole answer shows more of the range.
        isDone = ahead !== null && (await show(ahead.trace, readingOf(prefix, ahead.trace, ahead.generation)));
      } catch {
        // The whole answer is on its way, and says what is wrong.
      }
    };
  };
}

/** @param trace the part of the trace that is shown */
function readingOf({ index: { generations } }: TracePrefix, { originNs }: Trace, generation: number): Reading {
  const latestNs = generations.latestNs ?? originNs;
  const endNs = latestNs > originNs ? latestNs : originNs;
  return { generation, generations: generations.length, endNs: ns(Number(endNs - originNs)) };
}

function sizeOfContent(file: FileContent): number {
  return file instanceof Uint8Array ? file.length : file.size;
}

async function decodeOpened({ info, bytes, notices }: OpenedCapture, options: WorkOptions, onPrefix: PrefixWatcher): Promise<Decoded> {
  const { sha256 } = info;
  switch (info.kind) {
    case 'pprof':
      return { kind: 'pprof', sha256, notices, profile: await decodeProfile(bytes, options) };
    case 'trace-v1':
    case 'trace-v2':
      return { kind: 'trace', sha256, notices, trace: await decodeTrace(bytes, { ...options, onPrefix }) };
    case 'otlp-spans':
      return { kind: 'otlp-spans', sha256, ...withNotices(parseOtlpSpans(bytes), notices) };
  }
}

function withNotices({ spans, notices }: OtlpSpans, ofFile: readonly Notice[]): OtlpSpans {
  return { spans, notices: [...ofFile, ...notices] };
}

async function readContent(file: FileContent, name: string): Promise<Uint8Array> {
  if (file instanceof Uint8Array) {
    return file;
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GclensError(`the file cannot be read any more: ${reason}`, {
      file: name,
      advice: 'It was moved or changed since it was chosen; choose it again',
    });
  }
}

/** Progress with the file's name, since a view may read several. */
function nameStages(name: string, { signal, onProgress }: WorkOptions): WorkOptions {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined
      ? {}
      : {
          onProgress: (stage: string, fraction: number) => {
            onProgress(`${name}: ${stage}`, fraction);
          },
        }),
  };
}

function noticeOf({ message }: GclensError): Notice {
  return { severity: 'error', text: message };
}

function noticesOf({ name, notices }: Named<Decoded>): Notice[] {
  return notices.map(({ severity, text }) => ({ severity, text: `${name}: ${text}` }));
}

/** Errors as users see them. */
async function withoutBugs<T>(file: string | undefined, { signal }: WorkOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asGclensError(error, file, signal);
  }
}
