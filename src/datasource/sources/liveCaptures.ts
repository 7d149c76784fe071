import { GclensError, isAbort, type Notice, type WorkOptions } from '../../base';
import { findPprofIndex, type LiveWish, planLive, type TakenFile, takeLive } from '../../capture';
import type { LiveRef } from '../../frames';
import type { CaptureFile, Decoder } from '../../worker';
import type { FoundFiles } from '../foundFiles';
import { messageOf } from '../messageOf';
import type { CaptureStore, StoredCapture } from '../store';
import { askedOf, type Connection } from './connection';
import { exclusively } from './exclusively';
import { SharedTasks } from './sharedTask';

/** So many live captures of a data source stay in this browser; older ones make room. */
export const maxKeptLive = 20;

/** What was captured, and when. */
interface Taken {
  readonly files: readonly CaptureFile[];
  readonly notices: readonly Notice[];
  readonly takenAtMs: number;
}

export interface TakeOptions extends WorkOptions {
  /** Capture anew, however young the last capture is. */
  readonly isFresh?: boolean;
  /** Capture nothing: what was captured last, however old it is. */
  readonly isLookup?: boolean | undefined;
}

/**
 * Captures of a running program. Queries that ask for the same share one capture and, for `reuseSeconds`, its result: a dashboard's refresh does not profile without end.
 * Captures of one data source never overlap, in all tabs. Each lands in this browser's store.
 */
export class LiveCaptures {
  private readonly running = new SharedTasks<Taken>();
  private readonly last = new Map<string, Taken>();
  private pprofPath: Promise<string> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly uid: string,
    private readonly store: CaptureStore,
    private readonly decoder: Decoder,
  ) {}

  /** What cannot work is said before anything is asked. @throws GclensError */
  check(ref: LiveRef): LiveWish {
    const { settings } = this.connection;
    const { profiles, seconds = settings.seconds, path, method } = ref;
    const wish: LiveWish = { profiles, seconds, ...(path === undefined ? {} : { path }), ...(method === undefined ? {} : { method }) };
    planLive(wish, '', settings, askedOf(this.connection));
    return wish;
  }

  /** @throws GclensError */
  async take(ref: LiveRef, options: TakeOptions = {}): Promise<FoundFiles> {
    const { settings } = this.connection;
    const wish = this.check(ref);
    const key = JSON.stringify(wish);
    const last = this.last.get(key);
    if (options.isLookup === true) {
      if (last === undefined) {
        throw new GclensError('nothing was recorded of the service yet', { advice: 'Run the query first' });
      }
      return { files: last.files, notices: last.notices };
    }
    const known = options.isFresh === true ? undefined : this.young(last);
    if (known !== undefined) {
      return { files: known.files, notices: [...known.notices, reuseNotice(known.takenAtMs, settings.reuseSeconds)] };
    }
    const work = (shared: Required<WorkOptions>) => this.run(key, wish, { ...shared, isFresh: options.isFresh ?? false });
    const { files, notices } = await this.running.join(key, work, options);
    return { files, notices };
  }

  private async run(key: string, wish: LiveWish, work: Required<WorkOptions> & TakeOptions): Promise<Taken> {
    work.onProgress('waiting for other captures of this service', 0);
    return exclusively(`live ${this.uid}`, work, async () => {
      const elsewhere = work.isFresh === true ? undefined : await this.findStored(key);
      const taken = elsewhere ?? (await this.capture(key, wish, work));
      this.last.set(key, taken);
      return taken;
    });
  }

  private async capture(key: string, wish: LiveWish, work: Required<WorkOptions>): Promise<Taken> {
    const { ask, settings } = this.connection;
    const asked = askedOf(this.connection);
    const pprofPath = wish.profiles.length === 0 ? '' : await this.findPprofPath(work.signal);
    const takenAtMs = Date.now();
    const { files, notices } = await takeLive(ask, planLive(wish, pprofPath, settings, asked), settings, asked, work);
    const kept = await Promise.allSettled(files.map((file) => this.keep(file, key, takenAtMs, work)));
    const good = kept.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failures = kept.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    const aborted = failures.find(isAbort);
    if (aborted !== undefined || (good.length === 0 && failures.length > 0)) {
      throw aborted ?? failures[0];
    }
    await this.makeRoom();
    return {
      files: good.map(({ file }) => file),
      notices: [
        ...notices,
        ...failures.map((failure): Notice => ({ severity: 'warning', text: `Not captured: ${messageOf(failure)}` })),
        ...good.flatMap((one) => one.notices),
      ],
      takenAtMs,
    };
  }

  /** A file that cannot be stored is shown all the same, and the reader is told. */
  private async keep(
    { name, bytes }: TakenFile,
    key: string,
    takenAtMs: number,
    work: WorkOptions,
  ): Promise<{ readonly file: CaptureFile; readonly notices: readonly Notice[] }> {
    const file = new Blob([bytes]);
    const dated = nameWithTime(name, takenAtMs);
    const info = await this.decoder.identify(file, dated, work);
    const notices = await this.store.put(info, file, takenAtMs, { kind: 'live', datasourceUid: this.uid, key }).then(
      () => [],
      (error: unknown): Notice[] => [{ severity: 'warning', text: `This live capture is lost with this page: ${messageOf(error)}` }],
    );
    return { file: { name: dated, file, sha256: info.sha256 }, notices };
  }

  /** What another tab captured a moment ago, or this one before it was reloaded. */
  private async findStored(key: string): Promise<Taken | undefined> {
    const stored = await this.store.list().catch(() => []);
    const [newest] = this.own(stored).filter(({ origin }) => origin?.key === key);
    if (newest === undefined || this.young({ takenAtMs: newest.droppedAtMs }) === undefined) {
      return undefined;
    }
    const files: CaptureFile[] = [];
    for (const { sha256, name, origin, droppedAtMs } of stored) {
      const file = droppedAtMs === newest.droppedAtMs && origin?.key === key ? await this.store.file(sha256) : undefined;
      if (file !== undefined) {
        files.push({ name, file, sha256 });
      }
    }
    const takenAtMs = newest.droppedAtMs;
    return files.length === 0 ? undefined : { files, notices: [reuseNotice(takenAtMs, this.connection.settings.reuseSeconds)], takenAtMs };
  }

  private own(stored: readonly StoredCapture[]): StoredCapture[] {
    return stored.filter(({ origin }) => origin?.kind === 'live' && origin.datasourceUid === this.uid);
  }

  private young<T extends Pick<Taken, 'takenAtMs'>>(taken: T | undefined): T | undefined {
    const ageMs = taken === undefined ? Infinity : Date.now() - taken.takenAtMs;
    return ageMs < this.connection.settings.reuseSeconds * 1000 ? taken : undefined;
  }

  /** Live captures of a dashboard that is left open must not fill the browser. */
  private async makeRoom(): Promise<void> {
    const own = this.own(await this.store.list().catch(() => []));
    const times = [...new Set(own.map(({ droppedAtMs }) => droppedAtMs))].sort((a, b) => b - a);
    const tooOld = new Set(times.slice(maxKeptLive));
    for (const { sha256, droppedAtMs } of own) {
      if (tooOld.has(droppedAtMs)) {
        await this.store.delete(sha256).catch(() => undefined);
      }
    }
  }

  private findPprofPath(signal: AbortSignal): Promise<string> {
    const { pprofPath } = this.connection.settings;
    if (pprofPath !== undefined) {
      return Promise.resolve(pprofPath);
    }
    this.pprofPath ??= findPprofIndex(this.connection.ask, askedOf(this.connection), undefined, signal).then(
      // A program without the page may still serve profiles at the URL.
      (index) => index?.path ?? '',
      (error: unknown) => {
        this.pprofPath = undefined;
        throw error;
      },
    );
    return this.pprofPath;
  }
}

function reuseNotice(takenAtMs: number, reuseSeconds: number): Notice {
  const ageSeconds = Math.max(0, Math.round((Date.now() - takenAtMs) / 1000));
  return { severity: 'info', text: `Captured ${ageSeconds} s ago; the service is asked again ${reuseSeconds} s after a capture.` };
}

/** `trace-2026-11-27T09-34-57Z.out` */
function nameWithTime(name: string, takenAtMs: number): string {
  const time = `${new Date(takenAtMs).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? `${name}-${time}` : `${name.slice(0, dot)}-${time}${name.slice(dot)}`;
}

export function noUrl(): GclensError {
  return new GclensError('this data source has no URL to take captures from', {
    advice: 'Give it one in its settings, or choose captures of this browser',
  });
}
