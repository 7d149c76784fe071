import { GclensError, type Notice, type WorkOptions } from '../base';
import type { Sha256 } from '../capture';
import type { CaptureRef, TimeRangeMs } from '../frames';
import type { CaptureFile } from '../worker';
import { shortSha256 } from './describeQuery';
import { readEmbedded } from './embedded';
import { messageOf } from './messageOf';
import type { CaptureStore } from './store';

/** What surrounds a search for files. */
export interface FindOptions extends WorkOptions {
  /** The dashboard's time range; all times without. */
  readonly range?: TimeRangeMs | undefined;
}

/** Files of a query, and what a reader must know of how they were found. */
export interface FoundFiles {
  readonly files: readonly CaptureFile[];
  readonly notices: readonly Notice[];
}

export const nothing: FoundFiles = { files: [], notices: [] };

/** Files of the sample capture, below `samples/` of the plugin: one service, recorded and profiled over the same seconds. */
const sampleNames = ['trace.out', 'cpu.pprof'] as const;

/** Finds the files that a query names: in this browser's store, or among the files shipped with the plugin. */
export class CaptureFiles {
  private sample: Promise<CaptureFile[]> | undefined;

  /** @param baseUrl where the plugin's own files are served, without a slash at its end */
  constructor(
    private readonly store: CaptureStore,
    private readonly baseUrl: string,
  ) {}

  /** Each file once, even if several references find it. Throws a GclensError that names what is missing and where to drop it. */
  async find(refs: readonly CaptureRef[], options: FindOptions = {}): Promise<FoundFiles> {
    if (refs.length === 0) {
      throw new GclensError('this query names no capture', { advice: 'Choose one in the query editor, or drop files there' });
    }
    const found = await Promise.all(refs.map((ref) => this.findOne(ref, options)));
    const files = found.flatMap((one) => one.files);
    return {
      files: files.filter(({ sha256 }, index) => sha256 === undefined || files.findIndex((file) => file.sha256 === sha256) === index),
      notices: found.flatMap(({ notices }) => notices),
    };
  }

  private async findOne(ref: CaptureRef, options: FindOptions): Promise<FoundFiles> {
    switch (ref.by) {
      case 'sample':
        return { ...nothing, files: await this.loadSample() };
      case 'latest':
        return { ...nothing, files: await this.findLatest() };
      case 'sha256':
        return { ...nothing, files: [await this.findStored(ref.sha256, ref.name)] };
      case 'embedded':
        return { ...nothing, files: [readEmbedded(ref)] };
      case 'variable':
        throw new GclensError(`the variable ${ref.variable} names no capture`, {
          advice: 'Give the dashboard such a variable with a value, or choose captures in the query',
        });
      case 'live':
      case 'url':
      case 'store':
        options.signal?.throwIfAborted();
        throw new GclensError('this data source has no URL to take captures from', {
          advice: 'Give it one in its settings, or choose captures of this browser',
        });
    }
  }

  private async findStored(sha256: Sha256, name: string | undefined): Promise<CaptureFile> {
    const [info, file] = await Promise.all([this.store.info(sha256), this.store.file(sha256)]);
    if (info === undefined || file === undefined) {
      throw new GclensError(`not in this browser (sha-256 ${shortSha256(sha256)})`, {
        file: name ?? 'a capture',
        advice: "Drop the file in this panel's query editor or in Explore; captures stay in the browser they were dropped in",
      });
    }
    return { name: info.name, file, sha256 };
  }

  private async findLatest(): Promise<CaptureFile[]> {
    const stored = await this.store.list();
    const newest = stored[0];
    if (newest === undefined) {
      throw new GclensError('there is no capture in this browser yet', { advice: "Drop files in this panel's query editor or in Explore" });
    }
    const drop = stored.filter(({ droppedAtMs }) => droppedAtMs === newest.droppedAtMs);
    return Promise.all(drop.map(({ sha256, name }) => this.findStored(sha256, name)));
  }

  private loadSample(): Promise<CaptureFile[]> {
    this.sample ??= Promise.all(sampleNames.map((name) => this.fetchSample(name))).catch((error: unknown) => {
      this.sample = undefined;
      throw error;
    });
    return this.sample;
  }

  private async fetchSample(name: string): Promise<CaptureFile> {
    const url = `${this.baseUrl}/samples/${name}`;
    const failure = (reason: string) =>
      new GclensError(`the sample capture could not be loaded: ${reason}`, { file: url, advice: 'Drop a capture of your own' });
    const response = await fetch(url).catch((error: unknown) => {
      throw failure(messageOf(error));
    });
    if (!response.ok) {
      throw failure(`HTTP ${response.status}`);
    }
    const file = await response.blob().catch((error: unknown) => {
      throw failure(messageOf(error));
    });
    return { name, file };
  }
}
