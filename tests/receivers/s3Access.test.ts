import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AwsClient } from 'aws4fetch';

import { readRecorded } from './fleet';
import { freePort } from './freePort';
import { buildReceiver, RunningReceiver } from './goReceiver';
import { runGclens } from './runGclens';
import { accept, StubReceiver } from './stubReceiver';

const built =
  process.env['GCLENS_FLEET'] === undefined
    ? { missing: 'asked for with GCLENS_FLEET=1' }
    : buildReceiver('versitygw', 'github.com/versity/versitygw/cmd/versitygw');
const describeStore = 'missing' in built ? describe.skip : describe;
const keys = { AWS_ACCESS_KEY_ID: 'gclens', AWS_SECRET_ACCESS_KEY: 'a secret of tests' };

describeStore(`a store that demands signatures${'missing' in built ? ` (${built.missing})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'gclens-s3-'));
  const client = new AwsClient({
    accessKeyId: keys.AWS_ACCESS_KEY_ID,
    secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
    service: 's3',
    region: 'eu-north-1',
  });
  let store: RunningReceiver;
  let receiver: StubReceiver;
  let url = '';

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    mkdirSync(join(folder, 'meta'));
    mkdirSync(join(folder, 'objects'));
    store = await RunningReceiver.start(
      'path' in built ? built.path : '',
      () => ['--port', `127.0.0.1:${port}`, '--region', 'eu-north-1', 'posix', '--sidecar', join(folder, 'meta'), join(folder, 'objects')],
      port,
      { ROOT_ACCESS_KEY: keys.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: keys.AWS_SECRET_ACCESS_KEY },
    );
    receiver = await StubReceiver.start((_, response) => accept(response));
    await put('');
    await put('/shop/pod%201/a%2B%27%281%29.trace', readRecorded('go1.26-traceparent', 'trace.out'));
    await put('/shop/pod%201/cpu', readRecorded('go1.26-traceparent', 'cpu.pprof'));
    await put('/cart/x.trace', readRecorded('go1.26-datadog', 'trace.out'));
  });
  afterAll(async () => {
    await receiver.stop();
    await store.stop();
    store.remove();
    rmSync(folder, { recursive: true });
  });

  async function put(path: string, body: Uint8Array = new Uint8Array()): Promise<void> {
    const answer = await client.fetch(`${url}/captures${path}`, { method: 'PUT', body: new Uint8Array(body) });
    expect(answer.status).toBeLessThan(300);
  }

  async function run(environment: Readonly<Record<string, string>>, ...command: string[]) {
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' };
    const ended = await runGclens(command, { ...none, AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-north-1', ...environment });
    expect(ended.said).not.toContain(keys.AWS_SECRET_ACCESS_KEY);
    return ended;
  }

  const watch = (state: string) =>
    ['watch', 's3://captures/shop', '--once', '--interval', '0.2', '--state', join(folder, state), '--export', receiver.url] as const;

  it('is read with the keys of the environment: the prefix alone, names of any characters', async () => {
    const { code, said } = await run(keys, ...watch('a'));
    expect(code).toBe(0);
    const outcomes = said.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));
    expect(outcomes.filter(({ event }) => event === 'exported' || event === 'beside').map(({ event, file }) => [event, file])).toEqual([
      ['beside', 'pod 1/cpu'],
      ['exported', "pod 1/a+'(1).trace"],
    ]);
  });

  it.each([
    ['no keys', {}, /HTTP 403 AccessDenied: it refuses these credentials, or has none to check/],
    ['a wrong secret', { ...keys, AWS_SECRET_ACCESS_KEY: 'another one' }, /HTTP 403 SignatureDoesNotMatch/],
    ['a wrong key', { ...keys, AWS_ACCESS_KEY_ID: 'nobody' }, /HTTP 404 XAdminUserNotFound: the store does not know this key/],
    ['a wrong region', { ...keys, AWS_REGION: 'us-east-1' }, /HTTP 400 AuthorizationHeaderMalformed.*AWS_REGION/],
    ['half of a key', { AWS_ACCESS_KEY_ID: 'gclens' }, /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set only together/],
  ])('refuses %s, and that is said', async (_, environment, message) => {
    const { code, said } = await run(environment, ...watch('b'));
    expect(said).toMatch(message);
    expect(code).toBe('AWS_SECRET_ACCESS_KEY' in environment || !('AWS_ACCESS_KEY_ID' in environment) ? 1 : 2);
  });

  it('gives one capture by a presigned address, and the signature is in no message', async () => {
    const signed = await client.sign(`${url}/captures/cart/x.trace?X-Amz-Expires=600`, { method: 'GET', aws: { signQuery: true } });
    expect(await run({}, 'facts', signed.url)).toMatchObject({ code: 0, said: expect.stringContaining('GC') });
    const tampered = await run({}, 'facts', signed.url.replace('x.trace', 'y.trace'));
    expect(tampered.code).toBe(1);
    expect(tampered.said).toMatch(/403/);
    expect(tampered.said).not.toContain(new URL(signed.url).searchParams.get('X-Amz-Signature'));
  });
});
