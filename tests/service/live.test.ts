import { fetchAsk, findPprofIndex, openCapture, planLive, takeLive } from '../../src/capture';
import { buildShop, type RunningShop, startShop } from './recordShop';

const shop = buildShop();
const describeShop = 'missing' in shop ? describe.skip : describe;
const asked = { isProxied: false, timeoutSeconds: Infinity };
const limits = { maxSeconds: 60, maxBytes: 2 ** 26 };

describeShop('missing' in shop ? `net/http/pprof (${shop.missing})` : 'net/http/pprof of the example service', () => {
  let running: RunningShop;
  beforeAll(async () => {
    running = await startShop('path' in shop ? shop.path : '', 'range=1', 60);
  });
  afterAll(() => {
    running.stop();
  });

  it('is found at the URL or below it', async () => {
    await expect(findPprofIndex(fetchAsk(running.debugUrl), asked)).resolves.toMatchObject({ path: 'debug/pprof' });
    const index = await findPprofIndex(fetchAsk(`${running.debugUrl}/debug/pprof/`), asked);
    expect(index?.path).toBe('');
    expect(index?.profiles).toEqual(expect.arrayContaining(['heap', 'allocs', 'profile', 'trace', 'mutex']));
  });

  it('records everything at once, and says that it is recording already when it is asked meanwhile', async () => {
    const ask = fetchAsk(`${running.debugUrl}/debug/pprof`);
    const plan = (seconds: number) =>
      planLive({ profiles: ['profile', 'trace', 'heap', 'allocs', 'goroutine', 'mutex', 'block'], seconds }, '', limits, asked);
    const recording = takeLive(ask, plan(2), limits, asked);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const meanwhile = await takeLive(ask, plan(1), limits, asked);
    expect(meanwhile.files.map(({ name }) => name)).not.toContain('cpu.pprof');
    expect(meanwhile.notices.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Not captured: profile: the service is recording already/),
      expect.stringMatching(/^Not captured: trace: the service is recording already/),
    ]);
    const { files, notices } = await recording;
    expect(notices).toEqual([]);
    const kinds = await Promise.all(files.map(async ({ name, bytes }) => [name, (await openCapture(bytes, name)).info.kind]));
    expect(kinds).toEqual([
      ['cpu.pprof', 'pprof'],
      ['trace.out', 'trace-v2'],
      ['heap.pprof', 'pprof'],
      ['allocs.pprof', 'pprof'],
      ['goroutine.pprof', 'pprof'],
      ['mutex.pprof', 'pprof'],
      ['block.pprof', 'pprof'],
    ]);
  });

  it('stops recording when nobody waits any more', async () => {
    const ask = fetchAsk(`${running.debugUrl}/debug/pprof`);
    const controller = new AbortController();
    const recording = takeLive(ask, planLive({ profiles: ['profile', 'trace'], seconds: 50 }, '', limits, asked), limits, asked, {
      signal: controller.signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort();
    await expect(recording).rejects.toMatchObject({ name: 'AbortError' });
    // It ends the recording when it sees that the connection is gone.
    const again = planLive({ profiles: ['profile', 'trace'], seconds: 1 }, '', limits, asked);
    for (let left = 50; ; left--) {
      const { notices } = await takeLive(ask, again, limits, asked).catch(() => ({ notices: [{}] }));
      if (notices.length === 0) {
        break;
      }
      expect(left).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});
