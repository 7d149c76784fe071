import { decodeProfile, type Profile } from '../pprof';
import { encodeProfile, type TestSample } from '../pprof/encodeProfile.testing';
import { buildFrames } from './buildFrames';
import type { Frame } from './frame';
import type { ViewQuery } from './query';

/** A profile of a tree with so many leaves below one function, the later ones heavier. */
async function wideProfile(leaves: number): Promise<Profile> {
  const samples = Array.from({ length: leaves }, (_, leaf) => ({ stack: [`leaf${leaf}`, 'main'], values: [leaf + 1] }));
  return decodeProfile(encodeProfile({ samples }));
}

function frameOf(profile: Profile, query: Partial<ViewQuery> = {}): Frame {
  const capture = { kind: 'pprof' as const, name: 'cpu.pprof', sha256: '0'.repeat(64) as never, profile };
  const [frame] = buildFrames([capture], { version: 1, view: 'flame', captures: [], ...query }, { refId: 'A' });
  return frame!;
}

function sumOf(frame: Frame, name: string): number {
  return frame.fields.find((field) => field.name === name)!.values.reduce((sum: number, value) => sum + Number(value), 0);
}

describe('flameFrame', () => {
  it('has at most 20 000 rows unless more are asked for, and says how much is folded', async () => {
    const frame = frameOf(await wideProfile(21_000));
    const rows = frame.fields[0]!.values.length;
    expect(rows).toBeLessThanOrEqual(20_000);
    // The root and its one child are nodes too, and one row is the remainder.
    const folded = 21_002 - (rows - 1);
    expect(frame.meta?.notices?.map(({ text }) => text)).toEqual([expect.stringContaining(`The ${folded} of 21002 nodes `)]);
  });

  it('folds nothing of a small profile, and says nothing', async () => {
    expect(frameOf(await wideProfile(10)).meta?.notices ?? []).toEqual([]);
  });

  it('says which share of the total is folded', async () => {
    // Of 1 + 2 + 3 + 4 the root, main, the heaviest two and a remainder of 3 are shown.
    const texts = frameOf(await wideProfile(4), { maxNodes: 5 }).meta?.notices?.map(({ text }) => text);
    expect(texts).toEqual([
      'The 2 of 6 nodes that weigh least, 30.0 % of the total, are summed up as “other”; raise “max nodes” to see more.',
    ]);
  });
});

describe('focus', () => {
  it.each([
    ['flame', 'self'],
    ['top', 'flat'],
    ['callGraph', 'detail__flat'],
  ] as const)('keeps %s to stacks with a function that the expression matches', async (view, own) => {
    const profile = await wideProfile(12);
    expect(sumOf(frameOf(profile, { view }), own)).toBe(78);
    expect(sumOf(frameOf(profile, { view, focus: '^leaf1' }), own)).toBe(2 + 11 + 12);
    expect(() => frameOf(profile, { view, focus: 'leaf(' })).toThrow('focus: bad regular expression, character 1: missing closing )');
  });
});

describe('a request of a profile without a trace', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const samples: TestSample[] = [
    { stack: ['a'], values: [1], labels: { 'span id': '4660', 'trace id': traceId, route: '/cart' } },
    { stack: ['b'], values: [2], labels: { span_id: '00f067aa0ba902b7', 'http.request_id': 'r-7' } },
    { stack: ['c'], values: [4], labels: { worker: '4660' } },
    { stack: ['d'], values: [8] },
  ];

  it.each([
    ['a decimal span id', '4660', 1],
    ['its hex form', '0000000000001234', 1],
    ['a trace id in upper case', traceId.toUpperCase(), 1],
    ['a span id of another producer', '00f067aa0ba902b7', 2],
    ['a request id', 'r-7', 2],
    ['the beginning of an id', '00f067aa0', 2],
    ['a beginning that is too short', '00f067', 0],
    ['nothing', '', 15],
  ])('is found by %s', async (_, query, value) => {
    const profile = await decodeProfile(encodeProfile({ samples }));
    expect(sumOf(frameOf(profile, { query }), 'self')).toBe(value);
  });
});
