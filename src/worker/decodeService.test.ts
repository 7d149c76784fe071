import type { View } from '../frames';
import { makeExampleTrace } from '../gotrace';
import { DecodeService } from './decodeService';

/** Profiles of nothing whose sample types differ. */
const profileOf = (type: number) => Uint8Array.from([0x0a, 4, 8, 1, 16, 2, 0x32, 0, 0x32, 1, type, 0x32, 1, 98]);
const html = new TextEncoder().encode('<!DOCTYPE html><html>');
const flame = { version: 1, view: 'flame', captures: [] } as const;
const context = { refId: 'A' };

/** What becomes of views that are asked for together, in order. */
async function stepsOf(bytes: Uint8Array, ...views: readonly View[]): Promise<string[]> {
  const service = new DecodeService();
  const steps = new Set<string>();
  const { sha256 } = await service.identify(bytes, 'capture');
  const ask = async (view: View) => {
    const watched = {
      refId: view,
      get notices() {
        steps.add(`${view} is made`);
        return [];
      },
    };
    await service.view({ files: [{ name: 'capture', file: bytes, sha256 }], query: { ...flame, view }, context: watched });
    steps.add(`${view} is answered`);
  };
  await Promise.all(views.map(ask));
  return [...steps];
}

describe('DecodeService', () => {
  it('shows what can be read, and says what cannot', async () => {
    const files = [
      { name: 'login.html', file: html },
      { name: 'cpu.pprof', file: profileOf(97) },
    ];
    const [frame] = await new DecodeService().view({ files, query: flame, context });
    expect(frame?.name).toBe('a of cpu.pprof');
    expect(frame?.meta?.notices).toContainEqual({
      severity: 'error',
      text: expect.stringMatching(/^login.html: .*this seems to be an HTML page/),
    });
  });

  it('says what is wrong with the file that a view cannot do without', async () => {
    const files = [
      { name: 'trace.out', file: html },
      { name: 'cpu.pprof', file: profileOf(97) },
    ];
    await expect(new DecodeService().view({ files, query: { ...flame, view: 'gcMap' }, context })).rejects.toThrow(
      /^trace.out: .*an HTML page/,
    );
  });

  it('reads a file once as long as it stays decoded, and tells which do', async () => {
    const service = new DecodeService();
    const file = new Blob([profileOf(97)]);
    let reads = 0;
    const counted = new Proxy(file, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        reads += name === 'arrayBuffer' ? 1 : 0;
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const info = await service.identify(counted, 'cpu.pprof');
    const request = { files: [{ name: 'cpu.pprof', file: counted, sha256: info.sha256 }], query: flame, context };
    await Promise.all([service.view(request), service.view(request)]);
    await service.view(request);
    expect(reads).toBe(1);
    const [listed] = await service.view({ files: [], query: { ...flame, view: 'captures' }, context: { ...context, stored: [info] } });
    expect(listed?.fields.find(({ name }) => name === 'decoded')?.values).toEqual([true]);
  });

  it('answers one view before it makes the next one that waited for the same file', async () => {
    expect(await stepsOf(profileOf(97), 'flame', 'labels')).toEqual([
      'flame is made',
      'flame is answered',
      'labels is made',
      'labels is answered',
    ]);
  });

  it('answers first what it shows while a file is being read', async () => {
    expect(await stepsOf(makeExampleTrace(false), 'goroutines', 'gcMap')).toEqual([
      'gcMap is made',
      'gcMap is answered',
      'goroutines is made',
      'goroutines is answered',
    ]);
  });

  it('stops when told to, before anything is read', async () => {
    const controller = new AbortController();
    controller.abort();
    const files = [{ name: 'cpu.pprof', file: profileOf(97) }];
    const view = (signal: AbortSignal) => new DecodeService().view({ files, query: flame, context }, { signal });
    await expect(view(controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(view(AbortSignal.abort(new Error('panel closed')))).rejects.toThrow(/^panel closed$/);
  });
});
