import 'fake-indexeddb/auto';

import type { LiveRef } from '../../frames';
import { CaptureStore } from '../store';
import { LiveCaptures, maxKeptLive } from './liveCaptures';
import { anyFile, stubConnection } from './sources.testing';

let databases = 0;
const ref: LiveRef = { by: 'live', profiles: ['profile', 'trace'], seconds: 5 };

afterEach(() => {
  jest.restoreAllMocks();
});

function setUp(
  answer: (path: string, count: number) => { status?: number; body?: string } = (path, count) => ({ body: `${path} ${count}` }),
) {
  let count = 0;
  const { connection, asked } = stubConnection(({ path }) => answer(path, count++), { pprofPath: 'debug/pprof', reuseSeconds: 60 });
  const name = `gclens-live-${databases++}`;
  const store = new CaptureStore(name);
  const make = () => new LiveCaptures(connection, 'uid', new CaptureStore(name), anyFile);
  return { live: make(), make, store, asked };
}

function setClock(startMs: number): (ms: number) => void {
  let nowMs = startMs;
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
  return (ms) => {
    nowMs += ms;
  };
}

describe('LiveCaptures', () => {
  it('takes a CPU profile and a trace of the same window once for all who ask, and keeps them in this browser', async () => {
    const { live, store, asked } = setUp();
    const [first, second] = await Promise.all([live.take(ref), live.take(ref)]);
    expect(asked).toEqual(['GET debug/pprof/profile?seconds=5', 'GET debug/pprof/trace?seconds=5']);
    expect(second).toEqual(first);
    expect(first.files.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^cpu-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.pprof$/),
      expect.stringMatching(/^trace-.*Z\.out$/),
    ]);
    const stored = await store.list();
    expect(stored.map(({ sha256 }) => sha256).sort()).toEqual(first.files.map(({ sha256 }) => sha256).sort());
    expect(new Set(stored.map(({ droppedAtMs }) => droppedAtMs)).size).toBe(1);
  });

  it('asks the service again only when the capture is old, or when told to', async () => {
    const pass = setClock(Date.UTC(2026, 10, 27));
    const { live, asked } = setUp();
    await live.take(ref);
    pass(30_000);
    const again = await live.take(ref);
    expect(asked).toHaveLength(2);
    expect(again.notices).toEqual([{ severity: 'info', text: 'Captured 30 s ago; the service is asked again 60 s after a capture.' }]);
    await live.take(ref, { isFresh: true });
    expect(asked).toHaveLength(4);
    pass(60_000);
    await live.take(ref);
    expect(asked).toHaveLength(6);
  });

  it('records nothing for completion and search: they see what was captured last, however old', async () => {
    const pass = setClock(Date.UTC(2026, 10, 27));
    const { live, asked } = setUp();
    await expect(live.take(ref, { isLookup: true })).rejects.toThrow(/nothing was recorded of the service yet/);
    const { files } = await live.take(ref);
    pass(3_600_000);
    expect(await live.take(ref, { isLookup: true })).toMatchObject({ files });
    expect(asked).toHaveLength(2);
  });

  it('uses what another tab captured a moment ago', async () => {
    const { live, make, asked } = setUp();
    const { files } = await live.take(ref);
    const elsewhere = await make().take(ref);
    expect(asked).toHaveLength(2);
    expect(elsewhere.files.map(({ sha256 }) => sha256).sort()).toEqual(files.map(({ sha256 }) => sha256).sort());
    await make().take({ ...ref, seconds: 6 });
    expect(asked).toHaveLength(4);
  });

  it('never captures two things of one service at a time', async () => {
    let running = 0;
    let most = 0;
    const { connection } = stubConnection(
      async ({ path }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return { body: path };
      },
      { pprofPath: '' },
    );
    const store = new CaptureStore(`gclens-live-${databases++}`);
    const live = new LiveCaptures(connection, 'uid', store, anyFile);
    await Promise.all([
      live.take({ ...ref, profiles: ['profile'] }),
      live.take({ ...ref, profiles: ['trace'] }),
      live.take({ ...ref, profiles: ['heap'] }),
    ]);
    expect(most).toBe(1);
  });

  it('goes on for who still waits, and stops when nobody does', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { connection } = stubConnection(
      async ({ signal }) => {
        signals.push(signal);
        await held;
        signal?.throwIfAborted();
        return { body: 'x' };
      },
      { pprofPath: '' },
    );
    const live = new LiveCaptures(connection, 'uid', new CaptureStore(`gclens-live-${databases++}`), anyFile);
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const heap: LiveRef = { by: 'live', profiles: ['heap'] };
    const left = live.take(heap, { signal: leaving.signal });
    const stayed = live.take(heap, { signal: staying.signal });
    while (signals.length === 0) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    expect(signals[0]?.aborted).toBe(false);
    staying.abort();
    await expect(stayed).rejects.toMatchObject({ name: 'AbortError' });
    expect(signals[0]?.aborted).toBe(true);
    release();
  });

  it('fails before it asks when the proxy would not wait', async () => {
    const { live, asked } = setUp();
    await expect(live.take({ ...ref, seconds: 30 })).rejects.toThrow(/Grafana waits 30 s.*jsonData\.timeout/);
    expect(asked).toEqual([]);
  });

  it('finds where net/http/pprof is', async () => {
    const { connection, asked } = stubConnection(({ path }) =>
      path === '' ? { status: 404 } : { body: path === 'debug/pprof/' ? '<title>/debug/pprof/</title>' : path },
    );
    const live = new LiveCaptures(connection, 'uid', new CaptureStore(`gclens-live-${databases++}`), anyFile);
    await live.take({ by: 'live', profiles: ['heap'] });
    expect(asked).toEqual(['GET ', 'GET debug/pprof/', 'GET debug/pprof/heap']);
  });

  it('shows what this browser has no room for, and says so', async () => {
    const { live } = setUp();
    const put = jest.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const { files, notices } = await live.take(ref);
    put.mockRestore();
    expect(files).toHaveLength(2);
    expect(notices[0]?.text).toMatch(/^This live capture is lost with this page: .*no room left/);
  });

  it('keeps the newest only, and nothing of what was dropped away', async () => {
    const pass = setClock(Date.UTC(2026, 10, 27));
    const { live, store } = setUp();
    const dropped = await anyFile.identify(new Uint8Array([1]), 'dropped.out');
    await store.put(dropped, new Blob([new Uint8Array([1])]), 1);
    for (let time = 0; time < maxKeptLive + 2; time++) {
      await live.take({ by: 'live', profiles: ['heap'] });
      pass(61_000);
    }
    const stored = await store.list();
    expect(stored.filter(({ origin }) => origin !== undefined)).toHaveLength(maxKeptLive);
    expect(stored.map(({ name }) => name)).toContain('dropped.out');
  });
});
