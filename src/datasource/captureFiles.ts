import type { DataSourceInstanceSettings } from '@grafana/data';

import { GclensError, type WorkOptions } from '../base';
import type { Ask, Moment, Sha256 } from '../capture';
import type { CaptureRef, EmbeddedRef, LiveRef, StoreRef, TimeRangeMs } from '../frames';
import type { CaptureFile, Decoder } from '../worker';
import { shortSha256 } from './describeQuery';
import { readEmbedded } from './embedded';
import { type FoundFiles, nothingFound } from './foundFiles';
import { messageOf } from './messageOf';
import type { Connection } from './sources/connection';
import { type Diagnosis, diagnoseLive, diagnoseStore } from './sources/diagnose';
import { LiveCaptures, noUrl, type TakeOptions } from './sources/liveCaptures';
import { proxyAsk } from './sources/proxyAsk';
import { RemoteFiles } from './sources/remoteFiles';
import { readSettings, type SourceSettings } from './sources/settings';
import { type ListedMoments, StoreCaptures } from './sources/storeCaptures';
import { describeStorage } from './storage';
import type { CaptureStore } from './store';
import type { GclensOptions } from './types';

/** What surrounds a search for files. */
export interface FindOptions extends WorkOptions {
  /** The dashboard's time range; all times without. */
  readonly range?: TimeRangeMs | undefined;
  /** For completion and search: nothing is recorded for it, a live capture is what was recorded last. */
  readonly isLookup?: boolean | undefined;
}

/** Files of the sample capture, below `samples/` of the plugin: one service, recorded and profiled over the same seconds. */
const sampleNames = ['trace.out', 'cpu.pprof'] as const;

/** What captures are found with. */
export interface CaptureFilesOptions {
  readonly store: CaptureStore;
  readonly decoder: Decoder;
  /** How the data source's URL is asked; without it through Grafana's proxy. */
  readonly ask?: Ask | undefined;
}

/** What lies behind the data source's URL. */
interface Remote {
  readonly connection: Connection;
  readonly live: LiveCaptures;
  readonly files: RemoteFiles;
  readonly store: StoreCaptures;
}

/** Finds the files that a query names: in this browser's store, inside of the query, behind the data source's URL, or among the files shipped with the plugin. */
export class CaptureFiles {
  readonly settings: SourceSettings;
  private sample: Promise<CaptureFile[]> | undefined;
  private readonly store: CaptureStore;
  private readonly decoder: Decoder;
  private readonly baseUrl: string;
  private readonly remote: Remote | undefined;

  constructor({ uid, url = '', jsonData, meta }: DataSourceInstanceSettings<GclensOptions>, { store, decoder, ask }: CaptureFilesOptions) {
    this.store = store;
    this.decoder = decoder;
    this.baseUrl = meta.baseUrl;
    this.settings = readSettings(jsonData);
    // Grafana names the address of its proxy whether or not the settings have a URL.
    if (this.settings.source !== 'browser' && (ask !== undefined || url !== '')) {
      const connection = { ask: ask ?? proxyAsk(url, this.settings), settings: this.settings };
      const files = new RemoteFiles(connection, decoder);
      const live = new LiveCaptures(connection, uid, store, decoder);
      this.remote = { connection, files, live, store: new StoreCaptures(connection, files) };
    }
  }

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
      refs: found.flatMap((one, position) => one.refs ?? refs.slice(position, position + 1)),
    };
  }

  private async findOne(ref: CaptureRef, options: FindOptions): Promise<FoundFiles> {
    switch (ref.by) {
      case 'sample':
        return { ...nothingFound, files: await this.loadSample() };
      case 'latest':
        return { ...nothingFound, files: await this.findLatest() };
      case 'sha256':
        return { ...nothingFound, files: [await this.findStored(ref.sha256, ref.name)] };
      case 'embedded':
        return { ...nothingFound, files: [await this.identifyEmbedded(ref, options)] };
      case 'variable':
        throw new GclensError(`the variable ${ref.variable} names no capture`, {
          advice: 'Give the dashboard such a variable with a value, or choose captures in the query',
        });
      case 'live':
        return this.takeLive(ref, options);
      case 'url':
        return { ...nothingFound, files: [await this.connected().files.load(ref.path, null, options)] };
      case 'store':
        return this.connected().store.find(ref, options.range, options);
    }
  }

  /** Throws a GclensError for a live capture that cannot work, before anything is asked. */
  checkLive(ref: LiveRef): void {
    this.connected().live.check(ref);
  }

  /** Captures a running program, or gives what was captured a moment ago. @throws GclensError */
  async takeLive(ref: LiveRef, options: TakeOptions = {}): Promise<FoundFiles> {
    return this.connected().live.take(ref, options);
  }

  /** What the store behind the URL has, newest first. @throws GclensError */
  async list(ref: Pick<StoreRef, 'glob' | 'labels'>, options: WorkOptions = {}): Promise<ListedMoments> {
    return this.connected().store.list(ref, options);
  }

  /** What the directories and buckets that references name have in the time range, newest first; undefined where none names one. @throws GclensError */
  async listInRange(refs: readonly CaptureRef[], { range, ...options }: FindOptions = {}): Promise<Moment[] | undefined> {
    const stores = refs.filter((ref): ref is StoreRef => ref.by === 'store');
    if (stores.length === 0) {
      return undefined;
    }
    const listings = await Promise.all(stores.map((ref) => this.list(ref, options)));
    return listings
      .flatMap(({ moments }) => moments)
      .filter(({ unixMs }) => range === undefined || (unixMs >= range.fromMs && unixMs <= range.toMs))
      .sort((a, b) => b.unixMs - a.unixMs);
  }

  /** Whether captures can be read here, and what the URL leads to. Never throws. */
  async diagnose(): Promise<Diagnosis> {
    try {
      const sample = await this.loadSample();
      await Promise.all(sample.map(({ file, name }) => this.decoder.identify(file, name)));
      const here = `The decode worker and the storage work in this browser: ${await describeStorage(this.store)}.`;
      const there = await this.diagnoseRemote();
      return there === undefined ? { isGood: true, text: here } : { isGood: there.isGood, text: `${there.text} ${here}` };
    } catch (error) {
      return { isGood: false, text: messageOf(error) };
    }
  }

  private async diagnoseRemote(): Promise<Diagnosis | undefined> {
    if (this.remote === undefined) {
      return undefined;
    }
    const { connection, store } = this.remote;
    return this.settings.source === 'store' ? diagnoseStore(connection, () => store.list({})) : diagnoseLive(connection);
  }

  private connected(): Remote {
    if (this.remote === undefined) {
      throw noUrl();
    }
    return this.remote;
  }

  private async findStored(sha256: Sha256, name: string | undefined): Promise<CaptureFile> {
    const [info, file] = await Promise.all([this.store.info(sha256), this.store.file(sha256)]);
    if (info === undefined || file === undefined) {
      throw new GclensError(`not in this browser (sha-256 ${shortSha256(sha256)})`, {
        file: name ?? 'a capture',
        advice: 'Drop the file again, in Grafana on the query editor; captures stay in the browser they were dropped in',
      });
    }
    return { name: info.name, file, sha256 };
  }

  /** Under its hash, by which links find it where this browser keeps the file, too. */
  private async identifyEmbedded(ref: EmbeddedRef, options: FindOptions): Promise<CaptureFile> {
    const { name, file } = readEmbedded(ref);
    const { sha256 } = await this.decoder.identify(file, name, options);
    return { name, file, sha256 };
  }

  private async findLatest(): Promise<CaptureFile[]> {
    const stored = await this.store.list();
    const newest = stored[0];
    if (newest === undefined) {
      throw new GclensError('there is no capture in this browser yet', { advice: 'Drop files, in Grafana on the query editor' });
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
