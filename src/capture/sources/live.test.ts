import { stubAsk } from './ask.testing';
import { checkPath, fileNameOf, planLive, takeLive } from './live';

const proxied = { isProxied: true, timeoutSeconds: 30 };
const limits = { maxSeconds: 60, maxBytes: 1000 };

describe('planLive', () => {
  it('asks for a window of those that have one, and for the state of the others', () => {
    const plan = planLive(
      { profiles: ['profile', 'trace', 'heap'], seconds: 5, path: '/flight?last=1', method: 'POST' },
      'debug/pprof',
      limits,
      proxied,
    );
    expect(plan).toEqual([
      { path: 'debug/pprof/profile?seconds=5', method: 'GET', fileName: 'cpu.pprof', windowSeconds: 5 },
      { path: 'debug/pprof/trace?seconds=5', method: 'GET', fileName: 'trace.out', windowSeconds: 5 },
      { path: 'debug/pprof/heap', method: 'GET', fileName: 'heap.pprof', windowSeconds: 0 },
      { path: 'flight?last=1', method: 'POST', fileName: 'flight', windowSeconds: 0 },
    ]);
    expect(planLive({ profiles: ['heap'], seconds: 5 }, '', limits, proxied)[0]?.path).toBe('heap');
  });

  it('explains before it strikes that the proxy waits no longer', () => {
    expect(() => planLive({ profiles: ['profile'], seconds: 30 }, '', limits, proxied)).toThrow(
      /profile of 30 s answers only when it is over, and Grafana waits 30 s.*jsonData\.timeout\) to 40/,
    );
    expect(() => planLive({ profiles: ['profile'], seconds: 61 }, '', limits, proxied)).toThrow(/more than the cap of 60 s/);
    expect(() => planLive({ profiles: ['profile'], seconds: 0 }, '', limits, proxied)).toThrow(/at least one second/);
    expect(planLive({ profiles: ['heap'], seconds: 1000 }, '', limits, proxied)).toHaveLength(1);
  });

  it.each(['http://evil.example/x', '../secret', 'a/%2e%2e/b', 'a/..%2fb', '..\\b', '//evil/../x'])(
    'leaves the URL for no path: %s',
    (path) => {
      expect(() => checkPath(path)).toThrow(/leaves the URL of the data source/);
    },
  );

  it('calls files by the last part of a path', () => {
    expect(fileNameOf('a/b%20c.trace?X-Amz-Signature=secret')).toBe('b c.trace');
    expect(fileNameOf('/')).toBe('capture');
    expect(fileNameOf('a/..%2f..%2fetc')).toBe('.._.._etc');
    expect(fileNameOf('a/%2e%2e')).toBe('capture');
  });
});

describe('takeLive', () => {
  const plan = planLive({ profiles: ['profile', 'trace'], seconds: 5 }, '', limits, proxied);

  it('asks for all at once', async () => {
    let release: () => void = () => undefined;
    const bothAsked = new Promise<void>((resolve) => (release = resolve));
    const { ask, asked } = stubAsk(async ({ path }) => {
      if (asked.length === 2) {
        release();
      }
      await bothAsked;
      return { body: path };
    });
    const { files, notices } = await takeLive(ask, plan, limits, proxied);
    expect(files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])).toEqual([
      ['cpu.pprof', 'profile?seconds=5'],
      ['trace.out', 'trace?seconds=5'],
    ]);
    expect(notices).toEqual([]);
  });

  it('gives what could be captured, and says what could not', async () => {
    const { ask } = stubAsk(({ path }) =>
      path.startsWith('trace') ? { body: 'trace' } : { status: 500, body: 'Could not enable CPU profiling: cpu profiling already in use' },
    );
    const { files, notices } = await takeLive(ask, plan, limits, proxied);
    expect(files.map(({ name }) => name)).toEqual(['trace.out']);
    expect(notices).toEqual([
      { severity: 'warning', text: expect.stringMatching(/^Not captured: profile: the service is recording already/) },
    ]);
  });

  it('fails when nothing could be captured: pages and what is too large are nothing', async () => {
    const page = stubAsk(() => ({ body: '<html><title>Login</title>', type: 'text/html' }));
    await expect(takeLive(page.ask, plan, limits, proxied)).rejects.toThrow(/profile: the answer is an HTML page.*login page/);
    const large = stubAsk(() => ({ body: 'x'.repeat(1001) }));
    await expect(takeLive(large.ask, plan, limits, proxied)).rejects.toThrow(/cpu\.pprof: larger than the cap of 1000 bytes/);
  });

  it('stops the requests when it is told to', async () => {
    const controller = new AbortController();
    const signals: (AbortSignal | undefined)[] = [];
    const { ask } = stubAsk(({ signal }) => {
      signals.push(signal);
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          reject(new DOMException('aborted', 'AbortError'));
        });
        if (signals.length === 2) {
          controller.abort();
        }
      });
    });
    await expect(takeLive(ask, plan, limits, proxied, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });
});
