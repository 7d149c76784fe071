import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createInProcessDecoder } from '../../worker';
import { RemoteFiles } from './remoteFiles';
import { StoreCaptures } from './storeCaptures';
import { anyFile, stubConnection } from './sources.testing';

const recordedTrace = (name: string) =>
  new Uint8Array(readFileSync(join(__dirname, `../../../tests/fixtures/services/go1.26-${name}/trace.out`)));
const dayMs = Date.UTC(2026, 10, 27);
const rangeOf = (fromHour: number, toHour: number) => ({ fromMs: dayMs + fromHour * 3_600_000, toMs: dayMs + toHour * 3_600_000 });

const names = [
  'shop/p1/2026-11-27T09-00-00Z.trace',
  'shop/p1/2026-11-27T09-00-01Z.pprof',
  'shop/p1/2026-11-27T11-00-00Z.trace',
  'cart/p2/2026-11-27T10-00-00Z.trace',
];

function setUp(options = {}, broken = '?') {
  const { connection, asked } = stubConnection(
    ({ path, headers }) => {
      const plain = decodeURIComponent(path.replace(/\?.*/, ''));
      if (!plain.endsWith('/') && plain !== '') {
        if (plain.includes(broken)) {
          return { status: 404, body: 'gone' };
        }
        const etag = `"${plain.length}"`;
        return headers?.['If-None-Match'] === etag ? { status: 304 } : { body: plain, headers: { etag } };
      }
      const below = names.filter((name) => name.startsWith(plain)).map((name) => name.slice(plain.length));
      const entries = [...new Set(below.map((name) => name.replace(/\/.*/s, '/')))];
      return {
        body: JSON.stringify(
          entries.map((name) =>
            name.endsWith('/')
              ? { name: name.slice(0, -1), type: 'directory' }
              : { name, type: 'file', size: 1, mtime: 'Fri, 27 Nov 2026 12:00:00 GMT' },
          ),
        ),
      };
    },
    { source: 'store', glob: '{service}/{pod}/{time}.*', ...options },
  );
  const files = new RemoteFiles(connection, anyFile);
  return { store: new StoreCaptures(connection, files), files, asked };
}

describe('StoreCaptures', () => {
  it('picks the newest moment, or the newest within the time range, with all files of it', async () => {
    const { store } = setUp();
    const latest = await store.find({ by: 'store', pick: 'latest' }, rangeOf(0, 1));
    expect(latest.files.map(({ name }) => name)).toEqual(['2026-11-27T11-00-00Z.trace']);
    const inRange = await store.find({ by: 'store', pick: 'range' }, rangeOf(8, 9.5));
    expect(inRange.files.map(({ name }) => name)).toEqual(['2026-11-27T09-00-01Z.pprof', '2026-11-27T09-00-00Z.trace']);
  });

  it('keeps to the labels of the query, else to those of the settings', async () => {
    const { store } = setUp({ labels: { service: 'cart' } });
    const named = async (labels?: Record<string, string>) =>
      (await store.find({ by: 'store', pick: 'latest', ...(labels === undefined ? {} : { labels }) }, undefined)).files[0]?.name;
    await expect(named()).resolves.toBe('2026-11-27T10-00-00Z.trace');
    await expect(named({ service: 'shop' })).resolves.toBe('2026-11-27T11-00-00Z.trace');
    await expect(named({ service: 'nobody' })).rejects.toThrow(/no file that matches \{service\}.*Correct the path pattern or the labels/);
  });

  it('says what is nearest when nothing is in the time range, and that clocks may differ', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(dayMs + 24 * 3_600_000);
    const { store } = setUp();
    await expect(store.find({ by: 'store', pick: 'range' }, rangeOf(11.05, 12))).rejects.toThrow(
      /nearest of 3 is of 2026-11-27T11:00:00\.000Z, 3 min before it; The newest capture is near: the clocks/,
    );
    await expect(store.find({ by: 'store', pick: 'range' }, rangeOf(0, 1))).rejects.toThrow(/8 h after it; Choose a longer time range/);
    jest.spyOn(Date, 'now').mockReturnValue(dayMs + 10 * 3_600_000);
    await expect(store.find({ by: 'store', pick: 'range' }, rangeOf(9.5, 9.9))).rejects.toThrow(/60 min ahead of this browser’s clock/);
    jest.restoreAllMocks();
  });

  it('shows what is there of a moment, and says which file is gone', async () => {
    const { store } = setUp({}, '.pprof');
    const { files, notices } = await store.find({ by: 'store', pick: 'range' }, rangeOf(8, 9.5));
    expect(files.map(({ name }) => name)).toEqual(['2026-11-27T09-00-00Z.trace']);
    expect(notices).toEqual([
      {
        severity: 'error',
        text: expect.stringMatching(/^shop\/p1\/2026-11-27T09-00-01Z\.pprof: there is nothing at this path .*The file may be gone/),
      },
    ]);
    await expect(setUp({}, '2026').store.find({ by: 'store', pick: 'latest' }, undefined)).rejects.toThrow(
      /T11-00-00Z\.trace: there is nothing/,
    );
  });

  it('lists and loads once for all panels of a dashboard', async () => {
    const { store, asked } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => store.find({ by: 'store', pick: 'latest' }, undefined)));
    expect(asked.filter((one) => one.endsWith('.trace'))).toHaveLength(1);
    expect(new Set(asked).size).toBe(asked.length);
  });
});

describe('a store that tells no times', () => {
  it('is asked for those of the files themselves', async () => {
    const { connection } = stubConnection(({ path }) =>
      path.startsWith('?') || path === ''
        ? { body: '<title>Directory listing for /</title><a href="a.trace">a</a><a href="b.pprof">b</a>' }
        : { body: path },
    );
    const decoder = {
      ...anyFile,
      identify: async (file: Blob | Uint8Array, name: string) => ({
        ...(await anyFile.identify(file, name)),
        recordedUnixMs: dayMs + (name.startsWith('a') ? 1 : 9) * 3_600_000,
      }),
    };
    const store = new StoreCaptures(connection, new RemoteFiles(connection, decoder));
    const { files } = await store.find({ by: 'store', pick: 'range' }, rangeOf(0.5, 1.5));
    expect(files.map(({ name }) => name)).toEqual(['a.trace']);
    await expect(store.find({ by: 'store', pick: 'range' }, rangeOf(2, 3))).rejects.toThrow(
      /no capture of the store lies in the time range/,
    );
  });

  it('reads of files that lie elsewhere their first bytes alone', async () => {
    const bytesOf: Readonly<Record<string, Uint8Array>> = {
      'near.trace': recordedTrace('traceparent'),
      'far.trace': recordedTrace('datadog'),
    };
    const ranges: string[] = [];
    const { connection, asked } = stubConnection(({ path, headers = {} }) => {
      const bytes = bytesOf[path];
      if (bytes === undefined) {
        return { body: '<title>Directory listing for /</title><a href="near.trace">a</a><a href="far.trace">b</a>' };
      }
      const [, last] = /^bytes=0-(\d+)$/.exec(headers['Range'] ?? '') ?? [];
      ranges.push(...(last === undefined ? [] : [path]));
      const etag = `"${path}"`;
      return headers['If-None-Match'] === etag
        ? { status: 304 }
        : {
            status: last === undefined ? 200 : 206,
            body: last === undefined ? bytes : bytes.subarray(0, Number(last) + 1),
            headers: { etag },
          };
    });
    const decoder = createInProcessDecoder();
    const store = new StoreCaptures(connection, new RemoteFiles(connection, decoder));
    const { recordedUnixMs = 0 } = await decoder.identify(recordedTrace('traceparent'), 'near.trace');
    const range = { fromMs: recordedUnixMs - 1, toMs: recordedUnixMs + 1000 };
    for (let time = 0; time < 2; time++) {
      const { files } = await store.find({ by: 'store', pick: 'range' }, range);
      expect(files.map(({ name }) => name)).toEqual(['near.trace']);
    }
    expect(ranges.sort()).toEqual(['far.trace', 'far.trace', 'near.trace', 'near.trace']);
    expect(asked.filter((one) => one.endsWith('far.trace'))).toHaveLength(2);
  });
});

describe('RemoteFiles', () => {
  it('loads a file again only when it changed', async () => {
    const { files, asked } = setUp();
    const path = 'shop/p1/x%20y.trace?version=1';
    const first = await files.load(path, null);
    expect(first).toMatchObject({ name: 'x y.trace' });
    const again = await files.load(path, null);
    expect(again.file).toBe(first.file);
    expect(asked).toEqual([`GET ${path}`, `GET ${path}`]);
    await files.load(path, 'v2');
    await files.load(path, 'v2');
    expect(asked).toHaveLength(3);
  });

  it('stays below the URL', async () => {
    const { files, asked } = setUp();
    await expect(files.load('https://evil.example/x', null)).rejects.toThrow(/leaves the URL/);
    expect(asked).toEqual([]);
  });
});
