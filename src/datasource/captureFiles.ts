import { GclensError } from '../base';
import type { Sha256 } from '../capture';
import type { CaptureRef } from '../frames';
import type { CaptureFile } from '../worker';
import { shortSha256 } from './describeQuery';
import { messageOf } from './messageOf';
import type { CaptureStore } from './store';

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
  async find(refs: readonly CaptureRef[]): Promise<CaptureFile[]> {
    if (refs.length === 0) {
      throw new GclensError('this query names no capture', { advice: 'Choose one in the query editor, or drop files there' });
    }
    const files = (await Promise.all(refs.map((ref) => this.findOne(ref)))).flat();
    return files.filter(({ sha256 }, index) => sha256 === undefined || files.findIndex((file) => file.sha256 === sha256) === index);
  }

  private async findOne(ref: CaptureRef): Promise<CaptureFile[]> {
    switch (ref.by) {
      case 'sample':
        return this.loadSample();
      case 'latest':
        return this.findLatest();
      case 'sha256':
        return [await this.findStored(ref.sha256, ref.name)];
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
