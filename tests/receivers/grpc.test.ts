import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js';

import { type ExportReport, exportSpans, parseEndpoint, signals } from '../../src/bridge';
import { grpcTransport } from '../../src/cli/grpcTransport';
import { madeSpans } from './madeSpans';
import { idsOfSpans } from './spanIdsOfRequest';
import { freePort } from './freePort';
import { accept, StubReceiver } from './stubReceiver';

interface Call {
  readonly ids: readonly string[];
  readonly metadata: Metadata;
}

/** What the server answers to a call: the bytes of a response, or a failure. */
type AnswerCall = (call: Call, position: number) => Uint8Array | Partial<ServiceError>;

const pem = (name: string) => readFileSync(join(__dirname, 'certificates', `${name}.pem`), 'utf8');
let server: Server | undefined;

afterEach(() => server?.forceShutdown());

async function serve(
  answer: AnswerCall,
  credentials = ServerCredentials.createInsecure(),
): Promise<{ readonly port: number; readonly calls: Call[] }> {
  const calls: Call[] = [];
  server = new Server();
  const handle = {
    path: signals.traces.method,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  } as const;
  server.addService(
    { Export: handle },
    {
      Export: (
        call: { readonly request: Buffer; readonly metadata: Metadata },
        done: (error: Partial<ServiceError> | null, value?: Buffer) => void,
      ) => {
        const received = { ids: idsOfSpans(new Uint8Array(call.request)), metadata: call.metadata };
        calls.push(received);
        const answered = answer(received, calls.length - 1);
        if (answered instanceof Uint8Array) {
          done(null, Buffer.from(answered));
        } else {
          done(answered);
        }
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server?.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error === null ? resolve(bound) : reject(error))),
  );
  return { port, calls };
}

async function exportTo(
  url: string,
  count: number,
  options: { readonly ca?: string; readonly headers?: Record<string, string> } = {},
): Promise<ExportReport> {
  const endpoint = parseEndpoint(url, options.headers ?? {}, { isComplete: true });
  const compression = 'gzip';
  const transport = grpcTransport(endpoint, {
    method: signals.traces.method,
    compression,
    pem: options.ca === undefined ? {} : { ca: options.ca },
  });
  return exportSpans(madeSpans(count), endpoint, { transport, retry: { firstPauseMs: 5, totalPauseMs: 2000, attemptMs: 5000 } });
}

const ok = new Uint8Array();
/** google.rpc.Status with a google.rpc.RetryInfo of 20 ms. */
function statusWithRetryInfo(): Metadata {
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');
  const message = (field: number, content: Buffer) => Buffer.concat([Buffer.of((field << 3) | 2, content.length), content]);
  const delay = message(1, Buffer.concat([Buffer.of(2 << 3), Buffer.of(0x80, 0xda, 0xc4, 0x09)]));
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', message(3, Buffer.concat([message(1, type), message(2, delay)])));
  return metadata;
}

describe('an OTLP/gRPC receiver', () => {
  it('gets spans with the headers, and says what it takes in part', async () => {
    // partial_success { rejected_spans 2, error_message "old" }
    const { port, calls } = await serve(() => Uint8Array.of(0x0a, 7, 8, 2, 0x12, 3, 0x6f, 0x6c, 0x64));
    const report = await exportTo(`http://127.0.0.1:${port}`, 10, { headers: { 'x-tenant': 'shop' } });
    expect(report).toMatchObject({ accepted: 8, rejected: 2, notSent: 0, problems: [expect.stringMatching(/2 spans rejected: old/)] });
    expect(calls.map(({ ids }) => ids.length)).toEqual([10]);
    expect(calls[0]?.metadata.get('x-tenant')).toEqual(['shop']);
  });

  it('is asked again when it says later, and when it says so only if it says when', async () => {
    const { port, calls } = await serve((_, position) =>
      position === 0
        ? { code: status.UNAVAILABLE, details: 'busy' }
        : position === 1
          ? { code: status.RESOURCE_EXHAUSTED, details: 'slow down', metadata: statusWithRetryInfo() }
          : ok,
    );
    expect(await exportTo(`http://127.0.0.1:${port}`, 3)).toMatchObject({ accepted: 3, requests: 3, problems: [] });
    expect(calls.length).toBe(3);
  });

  it('that is exhausted for good, or refuses credentials, is not asked again', async () => {
    const { port, calls } = await serve((_, position) =>
      position === 0 ? { code: status.RESOURCE_EXHAUSTED, details: 'quota' } : { code: status.UNAUTHENTICATED, details: 'who?' },
    );
    expect(await exportTo(`http://127.0.0.1:${port}`, 3)).toMatchObject({ rejected: 3, problems: ['gRPC RESOURCE_EXHAUSTED: quota'] });
    expect(await exportTo(`http://127.0.0.1:${port}`, 3)).toMatchObject({
      notSent: 3,
      problems: [expect.stringMatching(/^gRPC UNAUTHENTICATED: who\?: .*OTEL_EXPORTER_OTLP_HEADERS/)],
    });
    expect(calls.length).toBe(2);
  });

  it('gets smaller requests where they are too large', async () => {
    const { port, calls } = await serve(({ ids }) =>
      ids.length > 4 ? { code: status.RESOURCE_EXHAUSTED, details: 'grpc: received message larger than max (9 vs. 4)' } : ok,
    );
    expect(await exportTo(`http://127.0.0.1:${port}`, 10)).toMatchObject({ accepted: 10, rejected: 0, notSent: 0 });
    expect(new Set(calls.flatMap(({ ids }) => (ids.length > 4 ? [] : ids))).size).toBe(10);
  });

  it('is trusted with its authority alone', async () => {
    const keys = [{ private_key: Buffer.from(pem('server-key')), cert_chain: Buffer.from(pem('server')) }];
    const { port } = await serve(() => ok, ServerCredentials.createSsl(null, keys));
    expect(await exportTo(`https://localhost:${port}`, 3, { ca: pem('ca') })).toMatchObject({ accepted: 3 });
    expect(await exportTo(`https://localhost:${port}`, 3)).toMatchObject({
      notSent: 3,
      problems: [expect.stringMatching(/unknown authority.*OTEL_EXPORTER_OTLP_CERTIFICATE/)],
    });
  });

  it('that is not there, or does not speak gRPC, is said to be so', async () => {
    const port = await freePort();
    expect(await exportTo(`http://127.0.0.1:${port}`, 3)).toMatchObject({
      notSent: 3,
      problems: [expect.stringContaining('nothing listens there')],
    });
    expect(await exportTo('http://no-such-host.invalid:4317', 3)).toMatchObject({
      notSent: 3,
      problems: [expect.stringContaining('the host name is unknown')],
    });
    const http = await StubReceiver.start((_, response) => accept(response));
    expect(await exportTo(http.url, 3)).toMatchObject({ notSent: 3, problems: [expect.stringContaining('it does not speak gRPC')] });
    await http.stop();
    const { port: grpcPort } = await serve(() => ok);
    expect(await exportSpans(madeSpans(3), parseEndpoint(`http://127.0.0.1:${grpcPort}`))).toMatchObject({
      notSent: 3,
      problems: [expect.stringContaining('it does not speak HTTP/1')],
    });
  });
});
