import 'fake-indexeddb/auto';

import { GclensError } from '../base';
import { type CaptureInfo, hashCapture } from '../capture';
import { CaptureStore } from './store';

let databases = 0;
const freshStore = () => new CaptureStore(`gclens-test-${databases++}`);

async function capture(name: string, content: string): Promise<{ info: CaptureInfo; file: Blob }> {
  const bytes = new TextEncoder().encode(content);
  return { info: { sha256: await hashCapture(bytes), name, kind: 'trace-v2', sizeBytes: bytes.length }, file: new Blob([bytes]) };
}

describe('CaptureStore', () => {
  it('gives back the original bytes by their sha-256', async () => {
    const store = freshStore();
    const { info, file } = await capture('trace.out', 'go 1.26 trace');
    await store.put(info, file);
    await expect((await store.file(info.sha256))?.text()).resolves.toBe('go 1.26 trace');
    await expect(store.info(info.sha256)).resolves.toMatchObject(info);
  });

  it('lists the newest drop first, and the same bytes once', async () => {
    const store = freshStore();
    const older = await capture('a.out', 'a');
    const newer = await capture('b.out', 'b');
    await store.put(older.info, older.file, 1000);
    await store.put(newer.info, newer.file, 2000);
    expect((await store.list()).map(({ name }) => name)).toEqual(['b.out', 'a.out']);
    await store.put(older.info, older.file, 3000);
    expect((await store.list()).map(({ name }) => name)).toEqual(['a.out', 'b.out']);
  });

  it('forgets a capture with its bytes', async () => {
    const store = freshStore();
    const { info, file } = await capture('trace.out', 'x');
    await store.put(info, file);
    await store.delete(info.sha256);
    await expect(store.list()).resolves.toEqual([]);
    await expect(store.file(info.sha256)).resolves.toBeUndefined();
  });

  it('tells its page of every change', async () => {
    const store = freshStore();
    let changes = 0;
    const unsubscribe = store.subscribe(() => changes++);
    const { info, file } = await capture('trace.out', 'x');
    await store.put(info, file);
    await store.delete(info.sha256);
    unsubscribe();
    await store.put(info, file);
    expect(changes).toBe(2);
  });

  it('has a file from the moment it arrives, and as long as the page is there when there was no room for it', async () => {
    const store = freshStore();
    const { info, file } = await capture('trace.out', 'x');
    const put = jest.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const stored = store.put(info, file);
    expect(await store.file(info.sha256)).toBe(file);
    expect(await store.info(info.sha256)).toMatchObject(info);
    await expect(stored).rejects.toThrow(/no room left for the file: it stays in this page alone, and is lost with it/);
    expect(await store.file(info.sha256)).toBe(file);
    await store.rename(info.sha256, 'slow.out');
    expect(await store.list()).toMatchObject([{ ...info, name: 'slow.out' }]);
    await store.delete(info.sha256);
    expect(await store.file(info.sha256)).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await expect(store.put(info, file)).rejects.toThrow(/no room/);
    put.mockRestore();
    await store.put(info, file);
    expect(await store.list()).toMatchObject([info]);
  });

  it('has a dropped file in a browser without storage', async () => {
    const storage = globalThis.indexedDB;
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined, configurable: true, writable: true });
    const store = freshStore();
    const { info, file } = await capture('trace.out', 'x');
    await expect(store.list()).rejects.toThrow(/no storage \(IndexedDB\).*leave the private window/);
    await expect(store.put(info, file)).rejects.toThrow(/^trace\.out: .*stays in this page alone/);
    expect(await store.list()).toMatchObject([info]);
    expect(await store.file(info.sha256)).toBe(file);
    Object.defineProperty(globalThis, 'indexedDB', { value: storage, configurable: true, writable: true });
  });

  it('tells other tabs of every change, and they find a removed capture gone', async () => {
    const name = `gclens-test-${databases++}`;
    const [here, there] = [new CaptureStore(name), new CaptureStore(name)];
    const { info, file } = await capture('trace.out', 'x');
    const heard = (change: () => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        const stop = there.subscribe(() => {
          stop();
          resolve();
        });
        change().catch(reject);
      });
    await heard(() => here.put(info, file));
    expect(await there.list()).toHaveLength(1);
    await heard(() => here.rename(info.sha256, 'slow.out'));
    expect((await there.list())[0]?.name).toBe('slow.out');
    await heard(() => here.delete(info.sha256));
    expect(await there.file(info.sha256)).toBeUndefined();
    await expect(there.rename(info.sha256, 'slower.out')).rejects.toThrow(
      /slower\.out: .*no longer in this browser; It was removed, here or in another tab/,
    );
    here.close();
    there.close();
  });

  it('explains a full disk, naming the file', async () => {
    const store = freshStore();
    const { info, file } = await capture('trace.out', 'x');
    await store.list();
    const put = jest.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const error = await store.put(info, file).catch((caught: unknown) => caught);
    put.mockRestore();
    expect(error).toBeInstanceOf(GclensError);
    expect(String(error)).toMatch(/trace\.out: this browser has no room left.*Remove captures/);
  });

  it('explains a browser without storage', async () => {
    const open = jest.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    const error = await freshStore()
      .list()
      .catch((caught: unknown) => caught);
    open.mockRestore();
    expect(String(error)).toMatch(/storage \(IndexedDB\) did not work: denied; Allow site data/);
  });
});
