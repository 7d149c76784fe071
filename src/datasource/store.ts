import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

import { GclensError } from '../base';
import type { CaptureInfo, Sha256 } from '../capture';
import { messageOf } from './messageOf';

/** A capture as this browser keeps it. */
export interface StoredCapture extends CaptureInfo {
  /** When it was dropped, Unix time; files that were dropped together have the same. */
  readonly droppedAtMs: number;
  /** Where it came from if it was not dropped. */
  readonly origin?: LiveOrigin;
}

/** A capture of a running program. */
export interface LiveOrigin {
  readonly kind: 'live';
  readonly datasourceUid: string;
  /** What was asked for. */
  readonly key: string;
}

interface CaptureDatabase extends DBSchema {
  captures: { key: string; value: StoredCapture };
  /** Original bytes, before decompression, by sha-256. */
  files: { key: string; value: Blob };
}

interface Arrival {
  readonly capture: StoredCapture;
  readonly file: Blob;
}

const DATABASE_NAME = 'gclens-datasource';

/** The captures that a user dropped, kept in this browser's IndexedDB under their sha-256. They never leave it. */
export class CaptureStore {
  private database: Promise<IDBPDatabase<CaptureDatabase>> | undefined;
  private readonly listeners = new Set<() => void>();
  /** Files on their way into the database: it takes a second for a large one, and they are asked for at once. Dropped ones for which there is no room stay here. */
  private readonly arriving = new Map<Sha256, Arrival>();

  /** Other tabs hear of every change; undefined where the browser has none. */
  private readonly channel: BroadcastChannel | undefined;

  constructor(private readonly databaseName = DATABASE_NAME) {
    this.channel = openChannel(databaseName, () => {
      this.tellPage();
    });
  }

  /** Newest first. */
  async list(): Promise<StoredCapture[]> {
    const stored = await this.use((database) => database.getAll('captures')).catch((error: unknown) => {
      if (this.arriving.size === 0) {
        throw error;
      }
      return [];
    });
    const arriving = [...this.arriving.values()].map(({ capture }) => capture);
    const captures = [...arriving, ...stored.filter(({ sha256 }) => !this.arriving.has(sha256))];
    return captures.sort((a, b) => b.droppedAtMs - a.droppedAtMs || a.name.localeCompare(b.name));
  }

  /** What is known of a capture, or undefined where this browser does not have it. */
  async info(sha256: Sha256): Promise<StoredCapture | undefined> {
    return this.arriving.get(sha256)?.capture ?? (await this.use((database) => database.get('captures', sha256)));
  }

  /** The original bytes, or undefined where this browser does not have them. */
  async file(sha256: Sha256): Promise<Blob | undefined> {
    return this.arriving.get(sha256)?.file ?? (await this.use((database) => database.get('files', sha256)));
  }

  /**
   * Keeps a file, and has it from the call on; the same bytes dropped again only become the newest.
   * @throws GclensError that says what to do when there is no room; what was dropped is then kept in this page, as long as that is there
   */
  async put(info: CaptureInfo, file: Blob, droppedAtMs = Date.now(), origin?: LiveOrigin): Promise<void> {
    const capture = { ...info, droppedAtMs, ...(origin === undefined ? {} : { origin }) };
    const arrival = { capture, file };
    this.arriving.set(info.sha256, arrival);
    this.tellPage();
    try {
      await this.use(async (database) => {
        const transaction = database.transaction(['captures', 'files'], 'readwrite');
        await Promise.all([
          transaction.objectStore('files').put(file, info.sha256),
          transaction.objectStore('captures').put(capture),
          transaction.done,
        ]);
      }, info.name);
    } catch (error) {
      if (origin !== undefined) {
        this.hasArrived(arrival);
      }
      this.tellPage();
      throw origin === undefined ? keptInPage(error, info.name) : error;
    }
    this.hasArrived(arrival);
    this.tellOtherTabs();
  }

  /** Calls a capture by another name. Throws a GclensError where it is gone. */
  async rename(sha256: Sha256, name: string): Promise<void> {
    const arrival = this.arriving.get(sha256);
    if (arrival !== undefined) {
      this.arriving.set(sha256, { ...arrival, capture: { ...arrival.capture, name } });
      this.tellPage();
      return;
    }
    const isThere = await this.use(async (database) => {
      const transaction = database.transaction('captures', 'readwrite');
      const stored = await transaction.store.get(sha256);
      if (stored !== undefined) {
        await transaction.store.put({ ...stored, name });
      }
      await transaction.done;
      return stored !== undefined;
    }, name);
    if (!isThere) {
      throw new GclensError('this capture is no longer in this browser', {
        file: name,
        advice: 'It was removed, here or in another tab: drop the file again',
      });
    }
    this.tellPage();
    this.tellOtherTabs();
  }

  private hasArrived(arrival: Arrival): void {
    const { sha256 } = arrival.capture;
    if (this.arriving.get(sha256) === arrival) {
      this.arriving.delete(sha256);
    }
  }

  /** Forgets a capture and its file; fine where there is none. */
  async delete(sha256: Sha256): Promise<void> {
    const wasInPage = this.arriving.delete(sha256);
    await this.use(async (database) => {
      const transaction = database.transaction(['captures', 'files'], 'readwrite');
      await Promise.all([
        transaction.objectStore('files').delete(sha256),
        transaction.objectStore('captures').delete(sha256),
        transaction.done,
      ]);
    }).catch((error: unknown) => {
      if (!wasInPage) {
        throw error;
      }
    });
    this.tellPage();
    this.tellOtherTabs();
  }

  /** Ends what connects this store with other tabs. */
  close(): void {
    this.channel?.close();
    void this.database?.then((database) => {
      database.close();
    });
  }

  /** Calls back at every put and after every change of this page or another tab, and when a put failed; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tellPage(): void {
    this.listeners.forEach((listener) => listener());
  }

  private tellOtherTabs(): void {
    this.channel?.postMessage('changed');
  }

  /** Errors of the browser's storage as users can act on them. */
  private async use<T>(work: (database: IDBPDatabase<CaptureDatabase>) => Promise<T>, file?: string): Promise<T> {
    const database = await this.open();
    try {
      return await work(database);
    } catch (error) {
      throw describeStorageError(error, file);
    }
  }

  private open(): Promise<IDBPDatabase<CaptureDatabase>> {
    this.database ??= this.connect().catch((error: unknown) => {
      this.database = undefined;
      throw describeStorageError(error);
    });
    return this.database;
  }

  private async connect(): Promise<IDBPDatabase<CaptureDatabase>> {
    const storage: IDBFactory | undefined = globalThis.indexedDB;
    if (storage === undefined) {
      throw new GclensError('this browser gives this page no storage (IndexedDB)', { advice: storageAdvice });
    }
    const forget = () => {
      this.database = undefined;
    };
    const opening = openDB<CaptureDatabase>(this.databaseName, 1, {
      upgrade(created) {
        created.createObjectStore('captures', { keyPath: 'sha256' });
        created.createObjectStore('files');
      },
      blocking() {
        forget();
        void opening.then((database) => {
          database.close();
        });
      },
      terminated: forget,
    });
    return opening;
  }
}

function openChannel(name: string, onChange: () => void): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === 'undefined') {
    return undefined;
  }
  const channel = new BroadcastChannel(name);
  channel.onmessage = onChange;
  // In Node, where tests run, an open channel would keep the process alive.
  if ('unref' in channel && typeof channel.unref === 'function') {
    channel.unref();
  }
  return channel;
}

const storageAdvice = 'Allow site data for this address, or leave the private window';

/** What was dropped can be looked at all the same. */
function keptInPage(error: unknown, file: string): unknown {
  return error instanceof GclensError
    ? new GclensError(`${error.reason}: it stays in this page alone, and is lost with it`, { ...error.details, file })
    : error;
}

function describeStorageError(error: unknown, file?: string): GclensError {
  if (error instanceof GclensError) {
    return error;
  }
  if (error instanceof DOMException && error.name === 'QuotaExceededError') {
    return new GclensError('this browser has no room left for the file', {
      file,
      advice: 'Remove captures that you no longer need from the list, or free disk space',
    });
  }
  return new GclensError(`this browser's storage (IndexedDB) did not work: ${messageOf(error)}`, {
    file,
    advice: storageAdvice,
  });
}
