import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createUser } from '@nats-io/nkeys';

import { freePort } from './freePort';
import { buildReceiver, RunningReceiver } from './goReceiver';
import { runGclens } from './runGclens';

const root = process.cwd();
const built = process.env['GCLENS_FLEET'] === undefined ? { missing: 'asked for with GCLENS_FLEET=1' } : buildNats();
const describeNats = 'missing' in built ? describe.skip : describe;
const name = `a queue that wants TLS and credentials${'missing' in built ? ` (${built.missing})` : ''}`;
const pem = (file: string) => join(root, 'tests/receivers/certificates', `${file}.pem`);
const secret = 'p4ss/w%rd';

function buildNats() {
  return buildReceiver('nats-server', 'github.com/nats-io/nats-server/v2');
}

describeNats(name, () => {
  const folder = mkdtempSync(join(tmpdir(), 'gclens-queue-'));
  const user = createUser();
  const nkey = join(folder, 'user.nk');
  writeFileSync(nkey, `${new TextDecoder().decode(user.getSeed())}\n`);
  const servers: RunningReceiver[] = [];

  beforeAll(() => mkdirSync(join(folder, 'captures')));
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    servers.splice(0).forEach((server) => server.remove());
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A server with JetStream; its port. */
  async function serve(configuration: string): Promise<number> {
    const port = await freePort();
    const file = join(folder, `${port}.conf`);
    writeFileSync(file, configuration);
    servers.push(
      await RunningReceiver.start(
        'path' in built ? built.path : '',
        (own) => ['-js', '-sd', own, '-a', '127.0.0.1', '-p', `${port}`, '-c', file],
        port,
      ),
    );
    return port;
  }

  /** What a worker with an empty queue says and how it ends. */
  async function work(url: string, environment: Readonly<Record<string, string>> = {}) {
    const watch = ['watch', join(folder, 'captures'), '--once', '--settle', '0', '--queue', url, '--export', 'http://127.0.0.1:9'];
    const ended = await runGclens(watch, environment);
    expect(ended.said).not.toContain(secret);
    expect(ended.said).not.toContain(encodeURIComponent(secret));
    return ended;
  }

  const tls = (verify = false) =>
    `tls { cert_file: "${pem('server')}", key_file: "${pem('server-key')}", ca_file: "${pem('ca')}", verify: ${verify} }`;

  it('takes a user and password by variables and by address', async () => {
    const port = await serve(`authorization { user: shop, password: "${secret}" }`);
    const credentials = { NATS_USER: 'shop', NATS_PASSWORD: secret };
    expect(await work(`nats://127.0.0.1:${port}`, credentials)).toMatchObject({ code: 0 });
    expect(await work(`nats://shop:${encodeURIComponent(secret)}@127.0.0.1:${port}`)).toMatchObject({ code: 0 });
    const refused = await work(`nats://127.0.0.1:${port}`, { ...credentials, NATS_USER: 'cart' });
    expect(refused.code).toBe(1);
    expect(refused.said).toMatch(/the queue cannot be used \(Authorization Violation\); It wants other credentials: set NATS_USER/i);
    expect(await work(`nats://127.0.0.1:${port}`, { ...credentials, NATS_TOKEN: 'x' })).toMatchObject({
      code: 2,
      said: expect.stringContaining('both a user name and NATS_TOKEN are set'),
    });
  });

  it('takes a token', async () => {
    const port = await serve(`authorization { token: "${secret}" }`);
    expect(await work(`nats://127.0.0.1:${port}`, { NATS_TOKEN: secret })).toMatchObject({ code: 0 });
    expect(await work(`nats://${encodeURIComponent(secret)}@127.0.0.1:${port}`)).toMatchObject({ code: 0 });
    expect(await work(`nats://127.0.0.1:${port}`)).toMatchObject({ code: 1 });
  });

  it('takes an nkey, and says what a file is that holds none', async () => {
    const port = await serve(`authorization { users: [ { nkey: ${user.getPublicKey()} } ] }`);
    expect(await work(`nats://127.0.0.1:${port}`, { NATS_NKEY: nkey })).toMatchObject({ code: 0 });
    expect(await work(`nats://127.0.0.1:${port}`, { NATS_NKEY: pem('ca') })).toMatchObject({
      code: 2,
      said: expect.stringMatching(/ca\.pem: NATS_NKEY: this file holds no such credentials; It holds the seed of a user/),
    });
    expect(await work(`nats://127.0.0.1:${port}`, { NATS_CREDS: join(folder, 'absent') })).toMatchObject({
      code: 2,
      said: expect.stringMatching(/absent: NATS_CREDS: the file cannot be read \(ENOENT\)/),
    });
  });

  it('speaks TLS, and says what is the matter with a certificate', async () => {
    const port = await serve(tls());
    expect(await work(`tls://127.0.0.1:${port}`, { NATS_CA: pem('ca') })).toMatchObject({ code: 0 });
    const untrusted = await work(`tls://127.0.0.1:${port}`);
    expect(untrusted.code).toBe(1);
    expect(untrusted.said).toMatch(/certificate comes from an unknown authority: name its authority with NATS_CA=ca\.pem/);
    // That a server speaks TLS decides, not the scheme: nothing is sent in the clear.
    expect((await work(`nats://127.0.0.1:${port}`)).said).toMatch(/unknown authority/);
    expect(await work(`tls://127.0.0.1:${port}`, { NATS_CA: nkey })).toMatchObject({
      code: 2,
      said: expect.stringMatching(/NATS_CA: .*user\.nk is no PEM file/),
    });
  });

  it('shows the certificate of a client, and does not speak to a server without TLS where TLS was asked for', async () => {
    const port = await serve(tls(true));
    const files = { NATS_CA: pem('ca'), NATS_CERT: pem('client'), NATS_KEY: pem('client-key') };
    expect(await work(`tls://127.0.0.1:${port}`, files)).toMatchObject({ code: 0 });
    expect((await work(`tls://127.0.0.1:${port}`, { NATS_CA: pem('ca') })).said).toMatch(
      /wants the certificate of a client: set NATS_CERT/,
    );
    const plain = await serve('');
    expect((await work(`tls://127.0.0.1:${plain}`)).said).toMatch(/server does not support 'tls'/);
  });
});
