import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportSpans, type ExportReport, parseEndpoint } from '../../src/bridge';
import { postWithCertificates, readPemFiles } from '../../src/cli/certificates';
import { madeSpans } from './madeSpans';

const pem = (name: string) => join(__dirname, 'certificates', `${name}.pem`);
const none = { authority: undefined, client: undefined, clientKey: undefined };

describe('a receiver behind TLS', () => {
  let server: Server;
  const clients: string[] = [];

  beforeAll(async () => {
    const read = (name: string) => readFileSync(pem(name));
    server = createServer({ key: read('server-key'), cert: read('server'), ca: read('ca'), requestCert: true, rejectUnauthorized: false });
    server.on('request', (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      clients.push(String(subject?.CN ?? ''));
      request.resume().on('end', () => response.writeHead(200).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const exportWith = async (certificates: Parameters<typeof readPemFiles>[0]): Promise<ExportReport> => {
    const post = postWithCertificates(readPemFiles(certificates));
    const endpoint = parseEndpoint(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return exportSpans(madeSpans(3), endpoint, post === undefined ? {} : { post });
  };

  it('is not trusted without its authority, and the message says what to do', async () => {
    const { accepted, notSent, problems } = await exportWith(none);
    expect([accepted, notSent]).toEqual([0, 3]);
    expect(problems).toEqual([expect.stringMatching(/certificate comes from an unknown authority.*OTEL_EXPORTER_OTLP_CERTIFICATE/)]);
  });

  it('is trusted with it, and sees the client’s certificate where one is given', async () => {
    expect(await exportWith({ ...none, authority: pem('ca') })).toMatchObject({ accepted: 3, notSent: 0 });
    expect(await exportWith({ authority: pem('ca'), client: pem('client'), clientKey: pem('client-key') })).toMatchObject({ accepted: 3 });
    expect(clients.at(-1)).toBe('client');
  });
});

describe('certificates that cannot be used', () => {
  it('are named before anything is sent', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gclens-pem-'));
    const text = join(folder, 'text');
    writeFileSync(text, 'no certificate');
    expect(() => readPemFiles({ ...none, authority: join(folder, 'absent') })).toThrow(
      /OTEL_EXPORTER_OTLP_CERTIFICATE: there is no file .*absent/,
    );
    expect(() => readPemFiles({ ...none, authority: text })).toThrow(/is no PEM file/);
    expect(() => readPemFiles({ ...none, client: pem('client') })).toThrow(/CLIENT_CERTIFICATE is set without its key/);
    rmSync(folder, { recursive: true });
  });
});
