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

/** What may happen to a request: most of them are fine. */
const days = ['fine', 'fine', 'fine', 'fine', 'busy', 'unavailable', 'slow', 'resetBefore', 'resetAfter', 'partial'] as const;

/** The same for every run, and without a pattern that batches could fall in step with. */
function dayOf(request: number): (typeof days)[number] {
  const mixed = Math.imul(request + 1, 0x9e3779b1) >>> 0;
  return days[Math.floor((mixed / 2 ** 32) * days.length)] ?? 'fine';
}

const seen = new Set<string>();
const faults: Record<string, number> = {};
let requests = 0;
let again = 0;
let rejected = 0;

function answer(body: Uint8Array, response: ServerResponse): void {
  const day = dayOf(requests);
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
    const refused = day === 'partial' ? refuse(ids) : 0;
    take(ids.slice(refused));
    setTimeout(() => finish(day, refused, response), day === 'slow' ? 20 : 0);
  }
}

/** How many of the first spans are rejected: none of a request that was taken before. */
function refuse(ids: readonly string[]): number {
  const refused = ids.some((id) => seen.has(id)) ? 0 : Math.min(rejectedOfPartial, ids.length);
  rejected += refused;
  return refused;
}

function finish(day: string, refused: number, response: ServerResponse): void {
  if (day === 'resetAfter') {
    response.destroy();
  } else if (day === 'partial') {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ partialSuccess: { rejectedSpans: String(refused), errorMessage: 'not these' } }));
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
