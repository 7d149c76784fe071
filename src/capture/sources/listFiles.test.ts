import { stubAsk } from './ask.testing';
import { listFiles } from './listFiles';
import { parsePathPattern } from './pathPattern';

const context = { isProxied: false, timeoutSeconds: 30 };

/** A server that lists directories as nginx does. */
function directories(tree: Readonly<Record<string, readonly string[]>>) {
  return stubAsk(({ path }) => {
    const folder = decodeURIComponent(path.replace(/\?.*$/, ''));
    const names = tree[folder];
    if (names === undefined) {
      return { status: 404, body: 'Not Found' };
    }
    return {
      body: JSON.stringify(
        names.map((name) => ({
          name: name.replace(/\/$/, ''),
          type: name.endsWith('/') ? 'directory' : 'file',
          mtime: 'Fri, 27 Nov 2026 08:00:01 GMT',
        })),
      ),
    };
  });
}

/** A bucket that answers two keys at a time. */
function bucket(keys: readonly string[]) {
  return stubAsk(({ path }) => {
    const query = new URLSearchParams(path.replace(/^[^?]*\?/, ''));
    if (!path.startsWith('?')) {
      return { status: 404, body: '<Error><Code>NoSuchKey</Code><Message>no</Message></Error>' };
    }
    const start = Number(query.get('continuation-token') ?? 0);
    const all = keys.filter((key) => key.startsWith(query.get('prefix') ?? ''));
    const contents = all.slice(start, start + 2).map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
    const isTruncated = start + 2 < all.length;
    return {
      body: `<ListBucketResult><IsTruncated>${String(isTruncated)}</IsTruncated><NextContinuationToken>${start + 2}</NextContinuationToken>${contents.join('')}</ListBucketResult>`,
    };
  });
}

const pathsOf = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path).sort();

describe('listFiles', () => {
  it('walks folders, and only those that can hold what is looked for', async () => {
    const { ask, asked } = directories({
      '': ['cart/', 'checkout/', 'readme'],
      'checkout/': ['pod 1/', 'pod-2/', 'x.trace'],
      'checkout/pod 1/': ['2026-11-27T09-34-57Z.trace', '.hidden.trace', 'y.trace.partial'],
      'checkout/pod-2/': ['later.trace'],
    });
    const pattern = parsePathPattern('{service}/{pod}/*.trace', { service: 'checkout' });
    const { files, kind, notices } = await listFiles(ask, pattern, context, { isNarrow: true });
    expect(kind).toBe('json-index');
    expect(notices).toEqual([]);
    expect(files).toMatchObject([
      {
        path: 'checkout/pod 1/2026-11-27T09-34-57Z.trace',
        labels: { service: 'checkout', pod: 'pod 1' },
        unixMs: Date.UTC(2026, 10, 27, 9, 34, 57),
        timeFrom: 'path',
      },
      { path: 'checkout/pod-2/later.trace', unixMs: Date.UTC(2026, 10, 27, 8, 0, 1), timeFrom: 'object' },
    ]);
    expect(asked.map(({ path }) => path.replace(/\?.*$/, ''))).toEqual(['', 'checkout/', 'checkout/pod%201/', 'checkout/pod-2/']);
  });

  it('reads a bucket to its end, page by page, below the folder of the pattern', async () => {
    const keys = ['a/1.trace', 'a/2.trace', 'a/b/3.trace', 'a/4.pprof', 'a/5.trace', 'z/6.trace'];
    const { ask } = bucket(keys);
    const { files, kind } = await listFiles(ask, parsePathPattern('a/**/*.trace'), context);
    expect(kind).toBe('s3');
    expect(pathsOf(files)).toEqual(['a/1.trace', 'a/2.trace', 'a/5.trace', 'a/b/3.trace']);
  });

  it('says what it left out', async () => {
    const broken = directories({ '': ['a/', 'b/'], 'a/': ['x.trace'] });
    const { files, notices } = await listFiles(broken.ask, parsePathPattern(), context);
    expect(pathsOf(files)).toEqual(['a/x.trace']);
    expect(notices).toEqual([
      { severity: 'warning', text: expect.stringMatching(/left out: b: there is nothing at this path \(HTTP 404/) },
    ]);
    const large = bucket(Array.from({ length: 20 }, (_, index) => `${index}.trace`));
    const cut = await listFiles(large.ask, parsePathPattern(), context, { maxAnswers: 3 });
    expect(cut.files).toHaveLength(6);
    expect(cut.notices[0]?.text).toMatch(/not listed to its end: 3 answers gave 6 files/);
  });

  it('asks a WebDAV server that lists no directories in its own way', async () => {
    const { ask } = stubAsk(({ method, headers }) =>
      method === 'PROPFIND' && headers?.Depth === '1'
        ? {
            status: 207,
            body: `<d:multistatus xmlns:d="DAV:"><d:response><d:href>/dav/</d:href></d:response>
              <d:response><d:href>/dav/x.trace</d:href><d:propstat><d:prop><d:getetag>"7"</d:getetag></d:prop></d:propstat></d:response></d:multistatus>`,
          }
        : { status: 403, body: 'Forbidden' },
    );
    const { files, kind } = await listFiles(ask, parsePathPattern(), context);
    expect(kind).toBe('webdav');
    expect(files).toMatchObject([{ path: 'x.trace', version: '"7"' }]);
  });

  it('says what helps where Grafana’s proxy stands before a WebDAV server that lists no directories', async () => {
    const { ask } = stubAsk(({ method }) =>
      method === 'PROPFIND'
        ? { status: 404, body: '{"message":"Not found"}' }
        : method === 'OPTIONS'
          ? { headers: { dav: '1, 2' } }
          : { status: 405, body: 'Method Not Allowed' },
    );
    await expect(listFiles(ask, parsePathPattern(), { ...context, isProxied: true })).rejects.toThrow(
      /WebDAV folder that a plain GET does not list, and Grafana’s proxy passes no PROPFIND.*Options \+Indexes.*autoindex on.*gclens watch/,
    );
  });

  it('explains what is no store', async () => {
    const list = (ask: ReturnType<typeof stubAsk>['ask']) => listFiles(ask, parsePathPattern(), context);
    await expect(list(stubAsk(() => ({ status: 403, body: 'Forbidden' })).ask)).rejects.toThrow(
      /top folder of the store: the service forbids it/,
    );
    await expect(list(stubAsk(() => ({ body: '<html><title>Welcome</title>' })).ask)).rejects.toThrow(/no listing of files.*ListObjectsV2/);
    await expect(list(stubAsk(() => ({ status: 500 })).ask)).rejects.toThrow(/the service failed \(HTTP 500\)/);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const { ask, asked } = bucket(Array.from({ length: 2000 }, (_, index) => `${index}.trace`));
    const listing = listFiles(ask, parsePathPattern(), context, {
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(listing).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked).toHaveLength(1);
  });
});
