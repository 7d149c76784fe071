/**
 * An OTLP/HTTP receiver with bad days, as a process of its own: it answers 429 and 503 with Retry-After, resets connections before and after it took a
 * request, is slow, refuses large requests and takes some only in part. What it does follows from the number of the request alone.
 * Sends its port, and on `stop` what it took, to the process that started it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import { idsOfSpans } from './spanIdsOfRequest';

/** What the receiver took, as it counts it. */
export interface Taken {
  readonly requests: number;
  /** Distinct spans that it took. */
  readonly distinct: number;
  /** Spans that it took more than once, because it broke off before it answered. */
  readonly again: number;
  /** Spans that it said it rejects. */
  readonly rejected: number;
  readonly faults: Readonly<Record<string, number>>;
}

const rejectedOfPartial = 3;
const largestRequestBytes = 400_000;

/** Fault of a request, thirteen days in turn. */
const days = [
  'fine',
  'fine',
  'busy',
  'fine',
  'unavailable',
  'slow',
  'fine',
  'resetBefore',
  'partial',
  'fine',
  'resetAfter',
  'fine',
  'fine',
] as const;

const seen = new Set<string>();
const faults: Record<string, number> = {};
let requests = 0;
let again = 0;
let rejected = 0;

function answer(body: Uint8Array, response: ServerResponse): void {
  const day = days[requests % days.length] ?? 'fine';
  requests++;
  if (body.length > largestRequestBytes) {
    count('tooLarge');
    response.writeHead(413).end();
    return;
  }
  count(day);
  if (day === 'busy' || day === 'unavailable') {
    response.writeHead(day === 'busy' ? 429 : 503, { 'retry-after': '0' }).end();
  } else if (day === 'resetBefore') {
    response.destroy();
  } else {
    const ids = idsOfSpans(body);
    const taken = day === 'partial' ? ids.slice(rejectedOfPartial) : ids;
    rejected += ids.length - taken.length;
    take(taken);
    setTimeout(() => finish(day, response), day === 'slow' ? 20 : 0);
  }
}

function finish(day: string, response: ServerResponse): void {
  if (day === 'resetAfter') {
    response.destroy();
  } else if (day === 'partial') {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ partialSuccess: { rejectedSpans: String(rejectedOfPartial), errorMessage: 'not these' } }));
  } else {
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  }
}

function take(ids: readonly string[]): void {
  for (const id of ids) {
    if (seen.has(id)) {
      again++;
    }
    seen.add(id);
  }
}

function count(what: string): void {
  faults[what] = (faults[what] ?? 0) + 1;
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => answer(gunzipSync(Buffer.concat(chunks)), response));
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  const taken: Taken = { requests, distinct: seen.size, again, rejected, faults };
  process.send?.({ taken }, () => process.exit(0));
});
