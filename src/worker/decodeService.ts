import { GclensError, type Notice, type WorkOptions } from '../base';
import { type CaptureInfo, hashCapture, openCapture, type OpenedCapture, type Sha256 } from '../capture';
import { analyzeTrace, type AnalyzedTrace, type AppSpan, type Capture, type OtlpSpans, parseOtlpSpans } from '../correlate';
import { buildFrames, type Frame } from '../frames';
import { decodeTrace, type Trace } from '../gotrace';
import { decodeProfile, isCpuProfile, type Profile } from '../pprof';
import type { CaptureFile, Decoder, FileContent, ViewRequest } from './decoder';
import { asGclensError } from './errors';
import { SharedWork } from './sharedWork';
import { sizeOfDecoded, sizeOfFacts } from './sizes';

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

  /** @param maxBytes bound of what stays decoded between queries, by estimate */
  constructor(maxBytes = defaultMaxBytes) {
    this.decoded = new SharedWork(maxBytes * 0.75);
    this.analyzed = new SharedWork(maxBytes * 0.25);
  }

  async identify(file: FileContent, name: string, options: WorkOptions = {}): Promise<CaptureInfo> {
    return withoutBugs(name, options, async () => (await openCapture(await readContent(file, name), name, options)).info);
  }

  async view({ files, query, context }: ViewRequest, options: WorkOptions = {}): Promise<Frame[]> {
    return withoutBugs(undefined, options, async () => {
      const { decoded, failures } = await this.decodeAll(files, options);
      const captures = await this.analyzeAll(decoded, query.joinAnyway === true, options);
      options.signal?.throwIfAborted();
      const stored = context.stored?.map((capture) => ({ ...capture, isDecoded: this.decoded.holds(capture.sha256) }));
      const notices = [...(context.notices ?? []), ...failures.map(noticeOf), ...decoded.flatMap(noticesOf)];
      try {
        return buildFrames(captures, query, { ...context, stored, notices });
      } catch (error) {
        // What is missing is missing because its file could not be read.
        throw failures[0] ?? error;
      }
    });
  }

  /**
   * One after the other: several at once would only need more memory. A file that cannot be read spoils nothing of the others; it comes back as what is
   * wrong with it.
   */
  private async decodeAll(
    files: readonly CaptureFile[],
    options: WorkOptions,
  ): Promise<{ decoded: readonly Named<Decoded>[]; failures: readonly GclensError[] }> {
    const decoded: Named<Decoded>[] = [];
    const failures: GclensError[] = [];
    for (const file of files) {
      try {
        const one = await withoutBugs(file.name, options, () => this.decode(file, options));
        if (!decoded.some(({ sha256 }) => sha256 === one.sha256)) {
          decoded.push({ ...one, name: file.name });
        }
      } catch (error) {
        if (!(error instanceof GclensError)) {
          throw error;
        }
        failures.push(error);
      }
    }
    return { decoded, failures };
  }

  private async decode({ file, name, sha256 }: CaptureFile, options: WorkOptions): Promise<Decoded> {
    const key = sha256 ?? (await hashCapture(await readContent(file, name), options));
    return this.decoded.get(key, nameStages(name, options), async (shared) => {
      const opened = await openCapture(await readContent(file, name), name, shared);
      const value = await decodeOpened(opened, shared);
      return { value, sizeBytes: sizeOfDecoded(value) };
    });
  }

  private async analyzeAll(all: readonly Named<Decoded>[], joinAnyway: boolean, options: WorkOptions): Promise<Capture[]> {
    const profiles = all.flatMap((decoded) => (decoded.kind === 'pprof' ? [decoded] : []));
    const traces = all.flatMap((decoded) => (decoded.kind === 'trace' ? [decoded] : []));
    const spanFiles = all.flatMap((decoded) => (decoded.kind === 'otlp-spans' ? [decoded] : []));
    const cpu = profiles.find(({ profile }) => isCpuProfile(profile));
    const appSpans = spanFiles.flatMap(({ spans }) => spans);
    const captures: Capture[] = profiles.map(({ name, sha256, profile }) => ({ kind: 'pprof', name, sha256, profile }));
    for (const { name, sha256, trace } of traces) {
      const companions = [...(cpu === undefined ? [] : [cpu]), ...spanFiles];
      const key = [sha256, joinAnyway, ...companions.map((file) => `${file.sha256} ${file.name}`)].join(' ');
      const known = await this.analyzed.get(key, nameStages(name, options), async (shared) => {
        const { facts, identities, cycles, overlap, mapSites, joins, notices } = await analyzeTrace(trace, {
          ...shared,
          ...(cpu === undefined ? {} : { profile: cpu.profile }),
          ...(spanFiles.length === 0 ? {} : { appSpans }),
          joinAnyway,
          names: { ...(cpu === undefined ? {} : { profile: cpu.name }), appSpans: spanFiles.map((file) => file.name).join(', ') },
        });
        return { value: { facts, identities, cycles, overlap, mapSites, joins, notices }, sizeBytes: sizeOfFacts(facts) };
      });
      captures.push({ kind: 'trace', name, sha256, analyzed: { ...known, trace } });
    }
    return captures;
  }
}

async function decodeOpened({ info, bytes, notices }: OpenedCapture, options: WorkOptions): Promise<Decoded> {
  const { sha256 } = info;
  switch (info.kind) {
    case 'pprof':
      return { kind: 'pprof', sha256, notices, profile: await decodeProfile(bytes, options) };
    case 'trace-v1':
    case 'trace-v2':
      return { kind: 'trace', sha256, notices, trace: await decodeTrace(bytes, options) };
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
