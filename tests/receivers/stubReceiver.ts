import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import { readSentSpans } from './readSpans';
import { idsOfSpans } from './spanIdsOfRequest';

/** What the stub knows of one request when it decides on the answer. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** After decompression. */
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly spans: number;
  /** 0 for the first request. */
  readonly position: number;
}

export type AnswerRequest = (request: ReceivedRequest, response: ServerResponse) => void;

/** An OTLP/HTTP receiver that answers as a test wants. */
export class StubReceiver {
  readonly requests: ReceivedRequest[] = [];

  private constructor(private readonly server: Server) {}

  static async start(answer: AnswerRequest): Promise<StubReceiver> {
    const server = createServer();
    const stub = new StubReceiver(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        const received = {
          path: request.url ?? '',
          headers: request.headers,
          bytes,
          sizeBytes: bytes.length,
          spans: request.headers['content-type'] === 'application/json' ? countJsonSpans(bytes) : idsOfSpans(bytes).length,
          position: stub.requests.length,
        };
        stub.requests.push(received);
        answer(received, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function accept(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
}

function countJsonSpans(bytes: Uint8Array): number {
  return readSentSpans(new TextDecoder().decode(bytes)).length;
}
