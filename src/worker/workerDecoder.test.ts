import { GclensError } from '../base';
import { createInProcessDecoder } from './inProcessDecoder';
import type { Frame } from '../frames';
import type { Decoder } from './decoder';
import type { FromWorker } from './protocol';
import { serveDecoder } from './serve';
import { WorkerDecoder, type WorkerEvents } from './workerDecoder';

/** A profile of nothing: sample type, empty string, one string. */
const profile = Uint8Array.from([0x0a, 4, 8, 1, 16, 2, 0x32, 0, 0x32, 1, 97, 0x32, 1, 98]);
const flameOf = (file: Blob | Uint8Array, name = 'cpu.pprof') => ({
  files: [{ name, file }],
  query: { version: 1, view: 'flame', captures: [] } as const,
  context: { refId: 'A' },
});

const noFallback = () => Promise.reject(new Error('no fallback was asked for'));
const inPage = () => Promise.resolve(createInProcessDecoder());
const noticesOf = (frames: readonly Frame[]) => frames.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text);
const saysWhy = expect.arrayContaining([expect.stringMatching(/policy forbids workers: decoding runs on the page's own thread/)]);

/** Both sides of the protocol with a channel that clones as postMessage does. */
function connect(decoder: Decoder = createInProcessDecoder()) {
  const connections: { events: WorkerEvents; stopped: boolean }[] = [];
  const client = new WorkerDecoder((events) => {
    const connection = { events, stopped: false };
    connections.push(connection);
    const answer = (message: FromWorker, transfer: ArrayBuffer[] = []) => {
      const copy = structuredClone(message, { transfer });
      queueMicrotask(() => {
        if (!connection.stopped) {
          events.onMessage(copy);
        }
      });
    };
    const receive = serveDecoder(decoder, answer);
    answer({ type: 'ready' });
    return {
      send: (message) => {
        receive(message.type === 'cancel' ? structuredClone(message) : message);
      },
      stop: () => {
        connection.stopped = true;
      },
    };
  }, noFallback);
  return { client, connections };
}

const never: Decoder = { identify: () => new Promise(() => undefined), view: () => new Promise(() => undefined) };

describe('WorkerDecoder', () => {
  it('answers as decoding in place does, from one worker', async () => {
    const { client, connections } = connect();
    const file = new Blob([profile]);
    const inPlace = createInProcessDecoder();
    expect(await client.view(flameOf(file))).toEqual(await inPlace.view(flameOf(profile)));
    expect(await client.identify(file, 'cpu.pprof')).toEqual(await inPlace.identify(profile, 'cpu.pprof'));
    expect(connections).toHaveLength(1);
  });

  it('hands over answers from what is read so far, where they are wanted', async () => {
    const frame = (name: string) => ({
      refId: 'A',
      name,
      length: 1,
      fields: [{ name: 'n', type: 'number' as const, config: {}, values: [1] }],
    });
    const { client } = connect({
      ...never,
      view: (_, { onPartial } = {}) => {
        onPartial?.([frame('part')]);
        return Promise.resolve([frame('whole')]);
      },
    });
    const parts: (string | undefined)[] = [];
    const answer = await client.view(flameOf(profile), { onPartial: (frames) => parts.push(...frames.map(({ name }) => name)) });
    expect([...parts, answer[0]?.name]).toEqual(['part', 'whole']);
    await client.view(flameOf(profile));
    expect(parts).toHaveLength(1);
  });

  it('hands errors over as they are: reason, file, advice', async () => {
    const { client } = connect();
    const html = new TextEncoder().encode('<!DOCTYPE html><html>');
    const error: unknown = await client.identify(html, 'login.pprof').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GclensError);
    expect(error).toMatchObject({ details: { file: 'login.pprof', looksLike: 'an HTML page' } });
    expect((error as GclensError).message).toBe((await inPlaceError(html)).message);
  });

  it('calls failures of its own what they are', async () => {
    const broken: Decoder = { ...never, view: () => Promise.reject(new TypeError('x is undefined')) };
    await expect(connect(broken).client.view(flameOf(profile))).rejects.toThrow(
      /^gclens itself failed \(TypeError: x is undefined\); Please report/,
    );
  });

  it('cancels in the worker, too', async () => {
    let signal: AbortSignal | undefined;
    const waiting: Decoder = {
      ...never,
      view: (_, options) => {
        signal = options?.signal;
        return new Promise(() => undefined);
      },
    };
    const { client } = connect(waiting);
    const controller = new AbortController();
    const answer = client.view(flameOf(profile), { signal: controller.signal });
    await Promise.resolve();
    controller.abort(new Error('panel closed'));
    await expect(answer).rejects.toThrow('panel closed');
    expect(signal?.aborted).toBe(true);
  });

  it('passes progress on', async () => {
    const { client } = connect({
      ...never,
      view: (_, options) => {
        options?.onProgress?.('decoding', 0.25);
        return Promise.resolve([]);
      },
    });
    const seen: [string, number][] = [];
    await client.view(flameOf(profile), { onProgress: (stage, fraction) => seen.push([stage, fraction]) });
    expect(seen).toEqual([['decoding', 0.25]]);
  });

  it('decodes in the page where a CSP blocks the worker: a crash without a word before', async () => {
    let crash: () => void = () => undefined;
    const client = new WorkerDecoder(({ onCrash }) => {
      crash = () => {
        onCrash(undefined);
      };
      return { send: () => undefined, stop: () => undefined };
    }, inPage);
    const answer = client.view(flameOf(profile));
    await Promise.resolve();
    crash();
    expect(noticesOf(await answer)).toEqual(saysWhy);
    expect(noticesOf(await client.view(flameOf(profile)))).toEqual(saysWhy);
  });

  it('decodes in the page where workers cannot be made at all', async () => {
    const client = new WorkerDecoder(() => {
      throw new DOMException('blocked', 'SecurityError');
    }, inPage);
    expect(noticesOf(await client.view(flameOf(profile)))).toEqual(saysWhy);
  });

  it('says so where neither a worker nor what decodes without one is to be had, and tries again', async () => {
    let attempts = 0;
    const client = new WorkerDecoder(
      () => {
        throw new DOMException('blocked', 'SecurityError');
      },
      () => (++attempts < 3 ? Promise.reject(new Error('Loading chunk failed')) : inPage()),
    );
    await expect(client.view(flameOf(profile))).rejects.toThrow(/forbids the decode worker.*Reload the page \(Loading chunk failed\)/);
    expect(await client.view(flameOf(profile)).catch(() => client.view(flameOf(profile)))).toHaveLength(1);
  });

  it('says that the worker broke, and starts another for the next request', async () => {
    const { client, connections } = connect({
      ...createInProcessDecoder(),
      identify: never.identify,
      view: (...request) => createInProcessDecoder().view(...request),
    });
    await client.view(flameOf(profile));
    const answer = client.identify(profile, 'cpu.pprof');
    await Promise.resolve();
    connections[0]?.events.onCrash('out of memory');
    await expect(answer).rejects.toThrow(/^the decode worker stopped: out of memory; /);
    expect(await client.view(flameOf(profile))).toHaveLength(1);
    expect(connections).toHaveLength(2);
  });
});

async function inPlaceError(file: Uint8Array): Promise<GclensError> {
  const error: unknown = await createInProcessDecoder()
    .identify(file, 'login.pprof')
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GclensError);
  return error as GclensError;
}
