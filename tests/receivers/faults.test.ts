import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ExportOptions, type ExportReport, exportSpans, parseEndpoint } from '../../src/bridge';
import { FileJournal } from '../../src/cli/exportJournal';
import { madeSpans } from './madeSpans';
import { readSentSpans } from './readSpans';
import { accept, type AnswerRequest, StubReceiver } from './stubReceiver';

/** Batches of ten, and pauses that are short but for what the receiver asks. */
const quick: ExportOptions = { limits: { maxSpans: 10, maxBytes: 4 * 2 ** 20 }, retry: { firstPauseMs: 1 } };

let stub: StubReceiver | undefined;

afterEach(async () => {
  await stub?.stop();
  stub = undefined;
});

async function exportTo(
  answer: AnswerRequest,
  options: ExportOptions = {},
  spans = 25,
): Promise<{ report: ExportReport; stub: StubReceiver }> {
  stub = await StubReceiver.start(answer);
  return { report: await exportSpans(madeSpans(spans), parseEndpoint(stub.url), { ...quick, ...options }), stub };
}

describe('a receiver that takes everything', () => {
  it('gets protobuf in gzip, in batches, at /v1/traces', async () => {
    const { report, stub } = await exportTo((_, response) => accept(response));
    expect(report).toMatchObject({ accepted: 25, rejected: 0, notSent: 0, requests: 3, known: 0, problems: [] });
    expect(report.traces).toMatchObject({ count: 1, examples: ['ab'.repeat(16)], largest: { spans: 25 } });
    expect(stub.requests.map((request) => request.spans)).toEqual([10, 10, 5]);
    expect(stub.requests[0]).toMatchObject({
      path: '/v1/traces',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    });
  });

  it('gets no request above the limit of bytes', async () => {
    const limits = { maxSpans: 5000, maxBytes: 20_000 };
    stub = await StubReceiver.start((_, response) => accept(response));
    const report = await exportSpans(madeSpans(500, { filler: 'x'.repeat(200) }), parseEndpoint(stub.url), { limits });
    expect(report.accepted).toBe(500);
    expect(Math.max(...stub.requests.map((request) => request.sizeBytes))).toBeLessThanOrEqual(20_000);
  });

  it('gets the headers that were given', async () => {
    stub = await StubReceiver.start((_, response) => accept(response));
    await exportSpans(madeSpans(1), parseEndpoint(stub.url, { authorization: 'Bearer t' }), quick);
    expect(stub.requests[0]?.headers.authorization).toBe('Bearer t');
  });
});

describe('a receiver that wants JSON without compression', () => {
  it('gets it', async () => {
    const bodies: string[] = [];
    stub = await StubReceiver.start(({ bytes }, response) => {
      bodies.push(new TextDecoder().decode(bytes));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const report = await exportSpans(madeSpans(12), parseEndpoint(stub.url), { ...quick, encoding: 'json', compression: 'none' });
    expect(report).toMatchObject({ accepted: 12, rejected: 0, notSent: 0 });
    expect(stub.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(stub.requests[0]?.headers['content-encoding']).toBeUndefined();
    expect(bodies.flatMap((body) => readSentSpans(body))).toHaveLength(12);
  });
});

describe('an export with a journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gclens-journal-'));
  const subject = { captureSha256: 'aa', url: 'http://collector:4318/v1/traces' };
  afterAll(() => rmSync(folder, { recursive: true }));

  const exportWith = async (file: string, answer: AnswerRequest) => {
    const journal = new FileJournal(file, subject);
    try {
      return await exportTo(answer, { journal });
    } finally {
      journal.close();
      await stub?.stop();
      stub = undefined;
    }
  };

  it('goes on where it was interrupted, also behind a line that a crash cut off, and sends nothing twice', async () => {
    const file = join(folder, 'interrupted');
    const first = await exportWith(file, ({ position }, response) => {
      if (position === 0) {
        accept(response);
      } else {
        response.writeHead(403).end();
      }
    });
    expect(first.report).toMatchObject({ accepted: 10, notSent: 15, known: 0 });
    appendFileSync(file, '{"batch":"cut o');
    const second = await exportWith(file, (_, response) => accept(response));
    expect(second.report).toMatchObject({ accepted: 25, rejected: 0, notSent: 0, known: 10 });
    expect(second.stub.requests.map((request) => request.spans)).toEqual([10, 5]);
    const third = await exportWith(file, (_, response) => accept(response));
    expect(third.report).toMatchObject({ accepted: 25, known: 25, requests: 0 });
  });

  it('knows the halves of a request that was too large, and what was rejected', async () => {
    const file = join(folder, 'halves');
    const small: AnswerRequest = ({ spans }, response) => {
      if (spans > 5) {
        response.writeHead(413).end();
      } else {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{"rejectedSpans":"1","errorMessage":"no"}}');
      }
    };
    const first = await exportWith(file, small);
    expect(first.report).toMatchObject({ accepted: 20, rejected: 5, notSent: 0 });
    const second = await exportWith(file, small);
    expect(second.report).toMatchObject({ accepted: 20, rejected: 5, notSent: 0, known: 25 });
    expect(second.stub.requests.every((request) => request.spans > 5)).toBe(true);
  });

  it('begins anew where a crash cut off its first line', () => {
    const file = join(folder, 'torn');
    appendFileSync(file, '{"gclensJournal":1,"capt');
    new FileJournal(file, subject).close();
    expect(() => new FileJournal(file, subject).close()).not.toThrow();
    expect(() => new FileJournal(file, { ...subject, captureSha256: 'bb' })).toThrow(/journal of another export/);
  });

  it('is not taken for another export, nor any file for a journal', () => {
    const file = join(folder, 'other');
    new FileJournal(file, subject).close();
    expect(() => new FileJournal(file, { ...subject, captureSha256: 'bb' })).toThrow(/journal of another export/);
    const notes = join(folder, 'notes');
    appendFileSync(notes, 'my notes\nmore\n');
    expect(() => new FileJournal(notes, subject)).toThrow(/is no journal of gclens/);
  });
});

describe('a receiver that is busy', () => {
  it.each([429, 502, 503, 504])('gets the same batch again after %i', async (status) => {
    const { report, stub } = await exportTo(({ position }, response) => {
      if (position === 0) {
        response.writeHead(status).end();
      } else {
        accept(response);
      }
    });
    expect(report).toMatchObject({ accepted: 25, rejected: 0, notSent: 0, requests: 4 });
    expect(stub.requests.map((request) => request.spans)).toEqual([10, 10, 10, 5]);
  });

  it('is waited for as long as its Retry-After says', async () => {
    const pauses: number[] = [];
    const { report } = await exportTo(
      ({ position }, response) => {
        if (position === 0) {
          response.writeHead(503, { 'retry-after': '1' }).end();
        } else {
          accept(response);
        }
      },
      { onPause: (pauseMs) => pauses.push(pauseMs) },
    );
    expect(pauses).toEqual([1000]);
    expect(report.accepted).toBe(25);
  });

  it('is given up when it asks for more time than there is, and what is left counts as not sent', async () => {
    const { report } = await exportTo(({ position }, response) => {
      if (position === 0) {
        accept(response);
      } else {
        response.writeHead(429, { 'retry-after': '3600' }).end('slow down');
      }
    });
    expect(report).toMatchObject({ accepted: 10, rejected: 0, notSent: 15, requests: 2 });
    expect(report.problems).toEqual([expect.stringMatching(/HTTP 429: slow down; gave up .* due in 3600 s/)]);
  });

  it('can be cancelled while it is waited for', async () => {
    const cancel = new AbortController();
    const { report } = await exportTo((_, response) => response.writeHead(503, { 'retry-after': '60' }).end(), {
      signal: cancel.signal,
      onPause: () => cancel.abort(),
    });
    expect(report).toMatchObject({ accepted: 0, notSent: 25, problems: ['cancelled'] });
  });
});

describe('a receiver with a small limit', () => {
  it.each([
    [413, ''],
    [400, '{"code":3,"message":"http: request body too large"}'],
  ])('gets smaller requests after %i', async (status, body) => {
    const { report, stub } = await exportTo(({ spans }, response) => {
      if (spans > 3) {
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      } else {
        accept(response);
      }
    });
    expect(report).toMatchObject({ accepted: 25, rejected: 0, notSent: 0 });
    expect(Math.max(...stub.requests.slice(2).map((request) => request.spans))).toBeLessThanOrEqual(10);
  });

  it('rejects what is too large alone', async () => {
    const { report } = await exportTo((_, response) => response.writeHead(413).end(), {}, 3);
    expect(report).toMatchObject({ accepted: 0, rejected: 3, notSent: 0, problems: ['HTTP 413'] });
  });
});

describe('a receiver that takes a part', () => {
  it('is believed', async () => {
    const { report } = await exportTo((_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"partialSuccess":{"rejectedSpans":"4","errorMessage":"too old"}}'),
    );
    expect(report).toMatchObject({ accepted: 13, rejected: 12, notSent: 0 });
    expect(report.problems).toEqual(['the receiver took a request in part: 4 spans rejected: too old']);
  });

  it('does not stop the rest when it refuses one request', async () => {
    const { report } = await exportTo(({ position }, response) => {
      if (position === 1) {
        response.writeHead(400).end('bad span');
      } else {
        accept(response);
      }
    });
    expect(report).toMatchObject({ accepted: 15, rejected: 10, notSent: 0, problems: ['HTTP 400: bad span'] });
  });
});

describe('a connection that fails', () => {
  it('is made again after a reset', async () => {
    const { report } = await exportTo(({ position }, response) => {
      if (position === 1) {
        response.destroy();
      } else {
        accept(response);
      }
    });
    expect(report).toMatchObject({ accepted: 25, notSent: 0, requests: 4 });
  });

  it('is made again when an answer takes too long', async () => {
    const { report } = await exportTo(
      ({ position }, response) => {
        if (position > 0) {
          accept(response);
        }
      },
      { retry: { firstPauseMs: 1, attemptMs: 200 } },
    );
    expect(report).toMatchObject({ accepted: 25, notSent: 0, requests: 4 });
  });

  it('is not tried again where nothing listens', async () => {
    const listener = createServer();
    const port = await new Promise<number>((resolve) => {
      listener.listen(0, '127.0.0.1', () => {
        const address = listener.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    await new Promise((resolve) => listener.close(resolve));
    const report = await exportSpans(madeSpans(25), parseEndpoint(`http://127.0.0.1:${port}`), quick);
    expect(report).toMatchObject({ accepted: 0, notSent: 25, requests: 1 });
    expect(report.problems).toEqual([`127.0.0.1:${port}: nothing listens there: is the receiver running? (ECONNREFUSED)`]);
  });
});

describe('an address that is no receiver', () => {
  it('is told by its HTML page', async () => {
    const { report } = await exportTo((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'));
    expect(report).toMatchObject({ accepted: 0, notSent: 25, requests: 1 });
    expect(report.problems).toEqual([expect.stringContaining('HTML page')]);
  });

  it('gets nothing sent to where it redirects', async () => {
    const { report, stub } = await exportTo((_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(report).toMatchObject({ accepted: 0, notSent: 25, requests: 1 });
    expect(stub.requests.map((request) => request.path)).toEqual(['/v1/traces']);
  });

  it('does not fill memory with its answer', async () => {
    const { report } = await exportTo((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65536)));
      };
      response.on('drain', more);
      more();
    });
    expect(report).toMatchObject({ accepted: 0, notSent: 25 });
  });
});
