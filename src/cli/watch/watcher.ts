import { GclensError, toGclensError } from '../../base';
import type { OpenedCapture } from '../../capture';
import { countsOf } from '../deliver';
import type { FullReport } from '../exportAll';
import { FileJournal } from '../exportJournal';
import { assemble, type Assembled, type Beside, decodeBeside } from './assemble';
import { exportFile, type ExportParts, isTrace, openFile, retryWaitMs } from './exportFile';
import { Settled } from './settled';
import { nearestFirst, ofSameName } from './neighbours';
import { folderOf, Gone, type SourceFile, TooLarge, Unreachable } from './source';
import type { FinalOutcome, StateEntry, WatchState } from './watchState';

/** What a watch works with. */
export interface WatcherParts extends ExportParts {
  readonly state: WatchState;
  /** The first wait before what failed for now is tried again; each further one is twice as long, up to five minutes. */
  readonly firstWaitMs: number;
}

/** What one look at the source led to. */
export interface PassResult {
  /** Captures that were rejected or failed for now. */
  readonly failed: number;
  /** Files that are still being written. */
  readonly unsettled: number;
}

const longestWaitMs = 300_000;
/** So many files are tried beside a trace that has none of its own name: those written nearest in time. */
const mostBeside = 16;

/** What is known of a file that was read in this run. */
interface Opened {
  readonly sha256: string;
  readonly isTrace: boolean;
}

/** Exports each capture of a source once: what is settled is opened and told apart, then each trace is exported with what lies beside it. */
export class Watcher {
  private readonly settled = new Settled();
  private readonly opened = new Map<string, Opened>();
  private readonly waits = new Map<string, { readonly attempts: number; readonly untilUnixMs: number }>();
  private failed = 0;

  constructor(private readonly parts: WatcherParts) {}

  /** Only notes what is there: a file counts as written when the next look finds it unchanged. @throws GclensError when the source cannot be read */
  async look(signal: AbortSignal): Promise<void> {
    this.settled.look(await this.parts.source.list(signal));
  }

  /**
   * Looks and exports what is new.
   * @param stop no further file is begun
   * @param signal what is under way is broken off
   * @throws GclensError when the source cannot be read
   */
  async pass(stop: AbortSignal, signal: AbortSignal): Promise<PassResult> {
    const { source, state, metrics, concurrency } = this.parts;
    this.failed = 0;
    const { settled, unsettled } = this.settled.look(await source.list(signal));
    this.forgetAllBut(settled);
    const fresh = settled.filter((file) => state.ofFile(file.name, file.version) === undefined && !this.isWaiting(file));
    await forEach(fresh, 1, stop, (file) => this.tell(file, signal));
    const traces = new Map<string, SourceFile>();
    for (const file of fresh) {
      const opened = this.opened.get(keyOf(file));
      if (opened?.isTrace === true && state.ofCapture(opened.sha256) === undefined && !this.isWaiting(file)) {
        traces.set(opened.sha256, traces.get(opened.sha256) ?? file);
      }
    }
    let left = traces.size;
    metrics.queue.set(left);
    await forEach([...traces.values()], concurrency, stop, async (file) => {
      const started = performance.now();
      await this.orLater(file, signal, () => this.export(file, settled, signal));
      metrics.seconds.observe((performance.now() - started) / 1000);
      metrics.queue.set(--left);
    });
    return { failed: this.failed, unsettled: unsettled.length };
  }

  /** Reads a file and tells what it is; all but traces have their outcome then. */
  private async tell(file: SourceFile, signal: AbortSignal): Promise<void> {
    if (this.opened.has(keyOf(file))) {
      return;
    }
    if (file.sizeBytes !== null && file.sizeBytes > this.parts.maxBytes) {
      this.noteTooLarge(file);
      return;
    }
    await this.orLater(file, signal, async () => {
      const capture = await openFile(this.parts, file.name, signal);
      const { sha256 } = capture.info;
      const known = this.parts.state.ofCapture(sha256);
      if (known !== undefined) {
        this.parts.state.note({ ...known, file: file.name, version: file.version });
        return;
      }
      if (!isTrace(capture)) {
        await decodeBeside(capture);
        this.finish(file, sha256, { outcome: 'beside' });
      }
      this.opened.set(keyOf(file), { sha256, isTrace: isTrace(capture) });
    });
  }

  private async export(file: SourceFile, settled: readonly SourceFile[], signal: AbortSignal): Promise<void> {
    const { state, receiver } = this.parts;
    const capture = await openFile(this.parts, file.name, signal);
    const { sha256 } = capture.info;
    if (sha256 !== this.opened.get(keyOf(file))?.sha256) {
      // It is being written again: the next look sees that.
      return;
    }
    const assembled = await this.assembleAsBefore(file, capture, settled, signal);
    if (state.begunOf(sha256) === undefined) {
      state.note({
        file: file.name,
        version: file.version,
        sha256,
        outcome: 'begun',
        companions: assembled.companions.map((one) => one.sha256),
      });
    }
    const journal = new FileJournal(state.journalFile(sha256), { captureSha256: sha256, url: receiver.endpoint.url });
    try {
      this.settle(file, sha256, await exportFile(file.name, assembled, this.parts, { signal, journal }), signal);
    } finally {
      journal.close();
    }
  }

  /** An export that began goes on with the files it began with: others would make other batches, which the journal does not know. */
  private async assembleAsBefore(
    file: SourceFile,
    capture: OpenedCapture,
    settled: readonly SourceFile[],
    signal: AbortSignal,
  ): Promise<Assembled> {
    const begun = this.parts.state.begunOf(capture.info.sha256);
    const { beside, isOnlyTrace } = await this.readBeside(file, settled, signal);
    const wanted = begun === undefined ? beside : beside.filter(({ sha256 }) => begun.companions?.includes(sha256) === true);
    return assemble(capture, wanted, {
      signal,
      settings: this.parts.settings,
      isOnlyTrace: isOnlyTrace || begun !== undefined,
    });
  }

  private async readBeside(
    file: SourceFile,
    settled: readonly SourceFile[],
    signal: AbortSignal,
  ): Promise<{ readonly beside: readonly Beside[]; readonly isOnlyTrace: boolean }> {
    const { state, log } = this.parts;
    const siblings = settled.filter(({ name }) => name !== file.name && folderOf(name) === folderOf(file.name));
    const outcomes = new Map(siblings.map((one) => [one, state.ofFile(one.name, one.version)?.outcome]));
    const candidates = siblings.filter((one) => outcomes.get(one) === 'beside');
    const named = ofSameName(file.name, candidates);
    const nearest = named.length > 0 ? named : nearestFirst(file.modifiedUnixMs, candidates).slice(0, mostBeside);
    const beside: Beside[] = [];
    for (const one of nearest) {
      try {
        const decoded = await decodeBeside(await openFile(this.parts, one.name, signal));
        beside.push(...(decoded === null ? [] : [decoded]));
      } catch (error) {
        signal.throwIfAborted();
        log('warning', 'left out', { file: one.name, reason: toGclensError(error).message });
      }
    }
    return {
      beside,
      isOnlyTrace: siblings.every((one) => outcomes.get(one) !== 'exported' && this.opened.get(keyOf(one))?.isTrace !== true),
    };
  }

  private settle(file: SourceFile, sha256: string, report: FullReport, signal: AbortSignal): void {
    const { spans, further, rejected, notSent, problems } = report;
    const others = further.map((one) => `; ${one.signal}: ${countsOf(one)}`).join('');
    if (notSent > 0) {
      this.parts.metrics.spans.inc({ outcome: 'not_sent' }, spans.notSent);
      if (!signal.aborted) {
        this.later(file, `${problems.join('; ')} (${countsOf(spans)}${others})`);
      }
      return;
    }
    this.parts.metrics.spans.inc({ outcome: 'accepted' }, spans.accepted);
    this.parts.metrics.spans.inc({ outcome: 'rejected' }, spans.rejected);
    const isRejected = spans.accepted === 0 && spans.rejected > 0;
    const reasons = [...problems, ...(others === '' ? [] : [others.slice(2)])];
    this.finish(file, sha256, {
      outcome: isRejected ? 'rejected' : 'exported',
      accepted: spans.accepted,
      rejected: spans.rejected,
      ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
    });
    this.failed += !isRejected && rejected > 0 ? 1 : 0;
  }

  /** Runs work on a file. What fails for good is noted with its reason, what fails for now is tried again later. */
  private async orLater(file: SourceFile, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error instanceof TooLarge) {
        this.noteTooLarge(file);
      } else if (isForNow(error)) {
        this.later(file, error.message);
      } else {
        this.finish(file, this.opened.get(keyOf(file))?.sha256, { outcome: 'rejected', reason: toGclensError(error).message });
      }
    }
  }

  private noteTooLarge(file: SourceFile): void {
    this.finish(file, undefined, { outcome: 'tooLarge', reason: `larger than ${this.parts.maxBytes} bytes: not read` });
  }

  private finish(
    { name, version }: SourceFile,
    sha256: string | undefined,
    told: Omit<StateEntry, 'file' | 'version' | 'sha256' | 'outcome'> & { readonly outcome: FinalOutcome },
  ): void {
    const { state, log, metrics } = this.parts;
    state.note({ file: name, version, ...(sha256 === undefined ? {} : { sha256 }), ...told });
    metrics.captures.inc({ outcome: told.outcome });
    if (told.outcome === 'exported') {
      metrics.lastSuccess.setToCurrentTime();
    }
    const isFine = told.outcome === 'exported' || told.outcome === 'beside';
    this.failed += isFine ? 0 : 1;
    log(isFine ? 'info' : 'error', told.outcome, { file: name, sha256, ...told });
  }

  private later(file: SourceFile, reason: string): void {
    const attempts = (this.waits.get(keyOf(file))?.attempts ?? 0) + 1;
    const waitMs = retryWaitMs(this.parts.firstWaitMs, attempts, longestWaitMs);
    this.waits.set(keyOf(file), { attempts, untilUnixMs: Date.now() + waitMs });
    this.failed++;
    this.parts.metrics.captures.inc({ outcome: 'retried' });
    this.parts.log('warning', 'tried again later', { file: file.name, reason, attempts, waitMs: Math.round(waitMs) });
  }

  private isWaiting(file: SourceFile): boolean {
    return (this.waits.get(keyOf(file))?.untilUnixMs ?? 0) > Date.now();
  }

  private forgetAllBut(files: readonly SourceFile[]): void {
    const keys = new Set(files.map(keyOf));
    for (const known of [this.opened, this.waits]) {
      for (const key of known.keys()) {
        if (!keys.has(key)) {
          known.delete(key);
        }
      }
    }
  }
}

/** Failures of disks and networks pass, and a file that is gone may come again; what a file says does not. */
function isForNow(error: unknown): error is Error {
  return (
    error instanceof Unreachable || error instanceof Gone || (error instanceof Error && !(error instanceof GclensError) && 'code' in error)
  );
}

function keyOf({ name, version }: SourceFile): string {
  return `${version}\n${name}`;
}

/** Does the work for each item, at most so many at a time; begins none after an abort. */
async function forEach<T>(items: readonly T[], concurrency: number, signal: AbortSignal, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const run = async () => {
    for (const item of queue) {
      if (signal.aborted) {
        return;
      }
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, run));
}
