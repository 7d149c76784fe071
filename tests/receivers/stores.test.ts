import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AwsClient } from 'aws4fetch';

import { type Ask, fetchAsk, groupMoments, listFiles, type ListOptions, parsePathPattern } from '../../src/capture';
import { RemoteFiles } from '../../src/datasource/sources/remoteFiles';
import { readSettings } from '../../src/datasource/sources/settings';
import { createInProcessDecoder } from '../../src/worker';
import { readRecorded } from './fleet';
import { freePort } from './freePort';
import { buildReceiver, RunningReceiver } from './goReceiver';

const asked = { isProxied: false, timeoutSeconds: Infinity };

/** Names that are hard for addresses and markup. */
const paths = [
  'checkout/pod 1/2026-11-27T09-34-57Z.trace',
  'checkout/pod 1/2026-11-27T09-34-57Z.pprof',
  'checkout/pod 1/2026-11-27T09-00-00Z.trace',
  'cart/ümlaut & <b> 100%+/2026-11-27T08-00-00Z.trace',
];

async function newest(url: string, labels: Record<string, string> = {}, options: ListOptions = {}): Promise<unknown> {
  const pattern = parsePathPattern('{service}/{pod}/{time}.*', labels);
  const { files, kind, notices } = await listFiles(fetchAsk(url), pattern, asked, options);
  expect(notices).toEqual([]);
  const [moment] = groupMoments(files);
  return { kind, count: files.length, labels: moment?.labels, files: moment?.files.map(({ path }) => path) };
}

/** A trace of 500 kB, in a folder that no pattern of these tests matches. */
const tracePath = 'traces/recorded.out';
const trace = readRecorded('go1.26-traceparent', 'trace.out');

/** As the data source asks when no listing says when files were written. */
async function tellsTimeByStart(url: string): Promise<void> {
  let receivedBytes = 0;
  const ask: Ask = async (wanted) => {
    const answer = await fetchAsk(url)(wanted);
    receivedBytes += Number(answer.header('content-length'));
    return answer;
  };
  const decoder = createInProcessDecoder();
  const files = new RemoteFiles({ ask, settings: readSettings({ source: 'store' }) }, decoder);
  const { recordedUnixMs } = await decoder.identify(trace, 'recorded.out');
  expect(recordedUnixMs).toBeGreaterThan(0);
  const time = { unixMs: recordedUnixMs, isCertain: true };
  await expect(files.time(tracePath)).resolves.toEqual(time);
  // Nothing changed: nothing comes again.
  await expect(files.time(tracePath)).resolves.toEqual(time);
  expect(receivedBytes).toBe(16_384);
}

const ofCheckout = { labels: { service: 'checkout', pod: 'pod 1' }, files: [paths[1], paths[0]] };
const ofCart = { labels: { service: 'cart', pod: 'ümlaut & <b> 100%+' }, files: [paths[3]] };

/** From Debian's libnginx-mod-http-dav-ext. */
const webdavModule = '/usr/lib/nginx/modules/ngx_http_dav_ext_module.so';
const hasWebdav = existsSync(webdavModule);
const itWebdav = hasWebdav ? it : it.skip;
const hasNginx = spawnSync('nginx', ['-v']).error === undefined;
const describeNginx = hasNginx ? describe : describe.skip;

describeNginx(hasNginx ? 'a store behind nginx' : 'a store behind nginx (nginx is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gclens-nginx-'));
  let [jsonPort, htmlPort, webdavPort] = [0, 0, 0];
  let server: ReturnType<typeof spawn>;
  beforeAll(async () => {
    [jsonPort, htmlPort, webdavPort] = [await freePort(), await freePort(), await freePort()];
    for (const path of paths) {
      mkdirSync(join(folder, 'data', path, '..'), { recursive: true });
      writeFileSync(join(folder, 'data', path), path);
    }
    mkdirSync(join(folder, 'data/traces'));
    writeFileSync(join(folder, 'data', tracePath), trace);
    mkdirSync(join(folder, 'logs'));
    writeFileSync(
      join(folder, 'nginx.conf'),
      `${hasWebdav ? `load_module ${webdavModule};` : ''}
       worker_processes 1; pid nginx.pid; error_log logs/error.log; daemon off; user root;
       events { worker_connections 64; }
       http { access_log off; root data; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
         server { listen 127.0.0.1:${jsonPort}; location / { autoindex on; autoindex_format json; } }
         server { listen 127.0.0.1:${htmlPort}; location / { autoindex on; } location /secret/ { return 403; } }
         ${hasWebdav ? `server { listen 127.0.0.1:${webdavPort}; location / { dav_methods PUT; dav_ext_methods PROPFIND OPTIONS; } }` : ''} }`,
    );
    server = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
    for (let left = 200; left > 0; left--) {
      if (
        await fetch(`http://127.0.0.1:${htmlPort}/`).then(
          () => true,
          () => false,
        )
      ) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('nginx does not answer');
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  });

  it('is listed as JSON and as HTML, whole or by labels', async () => {
    for (const [kind, port] of [
      ['json-index', jsonPort],
      ['html-index', htmlPort],
    ] as const) {
      const url = `http://127.0.0.1:${port}`;
      await expect(newest(url)).resolves.toEqual({ kind, count: 4, ...ofCheckout });
      await expect(newest(url, { service: 'ca*' }, { isNarrow: true })).resolves.toEqual({ kind, count: 1, ...ofCart });
    }
  });

  itWebdav(hasWebdav ? 'is listed by PROPFIND' : 'is listed by PROPFIND (libnginx-mod-http-dav-ext is not installed)', async () => {
    const url = `http://127.0.0.1:${webdavPort}`;
    await expect(newest(url)).resolves.toEqual({ kind: 'webdav', count: 4, ...ofCheckout });
    await expect(newest(url, { service: 'ca*' }, { isNarrow: true })).resolves.toEqual({ kind: 'webdav', count: 1, ...ofCart });
  });

  itWebdav('says what helps where Grafana stands before WebDAV and passes no PROPFIND', async () => {
    const ask = fetchAsk(`http://127.0.0.1:${webdavPort}`);
    const proxy: Ask = (request) => ask(request.method === 'PROPFIND' ? { ...request, path: 'not/found', method: 'GET' } : request);
    await expect(listFiles(proxy, parsePathPattern(), { ...asked, isProxied: true })).rejects.toThrow(
      /WebDAV folder that a plain GET does not list.*autoindex on/,
    );
  });

  it('gives files, parts of them, and nothing new where nothing changed', async () => {
    const ask = fetchAsk(`http://127.0.0.1:${jsonPort}`);
    const path = encodeURI(paths[0] ?? '');
    const whole = await ask({ method: 'GET', path });
    expect(whole.status).toBe(200);
    const etag = whole.header('etag') ?? '';
    expect((await ask({ method: 'GET', path, headers: { 'If-None-Match': etag } })).status).toBe(304);
  });

  it('tells the time of a trace by 16 KiB of it', () => tellsTimeByStart(`http://127.0.0.1:${jsonPort}`));

  it('says what it refuses', async () => {
    await expect(newest(`http://127.0.0.1:${htmlPort}/secret`)).rejects.toThrow(/the service forbids it \(HTTP 403 with an HTML page\)/);
    await expect(newest(`http://127.0.0.1:${htmlPort}/nowhere`)).rejects.toThrow(
      /there is nothing at this path \(HTTP 404 with an HTML page\)/,
    );
  });
});

const wantsBucket = process.env.GCLENS_VERSITYGW === '1';
const describeBucket = wantsBucket ? describe : describe.skip;

describeBucket(wantsBucket ? 'a bucket of versitygw' : 'a bucket of versitygw (GCLENS_VERSITYGW=1 builds it, some minutes)', () => {
  let gateway: RunningReceiver;
  let url = '';
  beforeAll(async () => {
    const built = buildReceiver('versitygw', 'github.com/versity/versitygw/cmd/versitygw');
    if ('missing' in built) {
      throw new Error(built.missing);
    }
    const port = await freePort();
    process.env.ROOT_ACCESS_KEY = 'gclens';
    process.env.ROOT_SECRET_KEY = 'gclens-secret';
    gateway = await RunningReceiver.start(
      built.path,
      (folder) => {
        mkdirSync(join(folder, 'objects'));
        mkdirSync(join(folder, 'about'));
        return ['--port', `127.0.0.1:${port}`, 'posix', '--sidecar', join(folder, 'about'), join(folder, 'objects')];
      },
      port,
    );
    url = `http://127.0.0.1:${port}/captures`;
    const client = new AwsClient({ accessKeyId: 'gclens', secretAccessKey: 'gclens-secret', service: 's3', region: 'us-east-1' });
    const put = async (path: string, body: string | Uint8Array<ArrayBuffer>) => {
      const answer = await client.fetch(`${url}${path}`, { method: 'PUT', body });
      expect(answer.status).toBeLessThan(300);
    };
    await put('', '');
    for (const path of paths) {
      await put(`/${path.split('/').map(encodeURIComponent).join('/')}`, path);
    }
    await put(`/${tracePath}`, new Uint8Array(trace));
    for (let number = 0; number < 1100; number++) {
      await put(`/many/${number}.txt`, '');
    }
    await expect(newest(url)).rejects.toThrow(/HTTP 403 AccessDenied.*s3:ListBucket/);
    const statement = {
      Effect: 'Allow',
      Principal: '*',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: ['arn:aws:s3:::captures', 'arn:aws:s3:::captures/*'],
    };
    await put('?policy', JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
  }, 600_000);
  afterAll(async () => {
    await gateway.stop();
    gateway.remove();
  });

  it('is listed page by page, whole or by labels', async () => {
    await expect(newest(url)).resolves.toEqual({ kind: 's3', count: 4, ...ofCheckout });
    await expect(newest(url, { service: 'cart' }, { isNarrow: true })).resolves.toEqual({ kind: 's3', count: 1, ...ofCart });
  });

  it('tells the time of a trace by 16 KiB of it', () => tellsTimeByStart(url));
});
