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

describe('against a baseline', () => {
  const capture = (name: string, profile: Profile) => ({ kind: 'pprof' as const, name, sha256: '0'.repeat(64) as never, profile });
  const difference = (after: Profile, before: Profile, query: Partial<ViewQuery> = {}) =>
    buildFrames([capture('after.pprof', after)], { version: 1, view: 'flame', captures: [], ...query }, { refId: 'A' }, [
      capture('before.pprof', before),
    ])[0]!;

  it('has both sides of each function in one row', async () => {
    const frame = difference(await wideProfile(3), await wideProfile(2));
    const rows = frame.fields.find(({ name }) => name === 'label')!;
    const { text = [] } = (rows.config.type as { enum: { text?: string[] } }).enum;
    const names = rows.values.map((value) => text[Number(value)]);
    const valueOf = (side: string, name: string) => frame.fields.find((field) => field.name === side)!.values[names.indexOf(name)];
    expect(names).toEqual(['total', 'main', 'leaf1', 'leaf2', 'leaf0']);
    expect([valueOf('value', 'leaf2'), valueOf('valueRight', 'leaf2')]).toEqual([0, 3]);
    expect([valueOf('value', 'total'), valueOf('valueRight', 'total')]).toEqual([3, 6]);
    expect(sumOf(frame, 'self')).toBe(3);
    expect(sumOf(frame, 'selfRight')).toBe(6);
    expect(frame.name).toBe('cpu of after.pprof against cpu of before.pprof');
  });

  it('says that it is the baseline that lacks the sample type', async () => {
    const heap = await decodeProfile(encodeProfile({ samples: [], sampleTypes: [['inuse_space', 'bytes']] }));
    const cpu = await wideProfile(1);
    expect(() => difference(heap, cpu, { sampleType: 'inuse_space' })).toThrow(
      /^the baseline: these captures have no sample type inuse_space/,
    );
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
