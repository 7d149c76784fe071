import { GclensError } from '../../base';
import { decodeProfile } from '../decodeProfile';
import type { Profile } from '../profile';

const encode = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));
const decode = (...lines: readonly string[]): Promise<Profile> => decodeProfile(encode(...lines));

/** Each sample as its values and addresses. */
function samplesOf({ samples, stacks, locations }: Profile): string[] {
  return Array.from({ length: samples.length }, (_, sample) => {
    const values = samples.values.map((column) => column[sample]).join(' ');
    const stack = samples.stack[sample] ?? 0;
    const rows = stacks.location.subarray(stacks.locationStart[stack], stacks.locationStart[stack + 1]);
    return `${values} @${Array.from(rows, (row) => ` ${locations.address[row]?.toString(16)}`).join('')}`;
  });
}

/** Each mapping as its range, offset and file. */
const mappingsOf = ({ mappings }: Profile): string[] =>
  mappings.map(
    ({ start, limit, fileOffset, file }) => `${[start, limit, fileOffset].map((value) => value.toString(16)).join(' ')} ${file}`,
  );

/** A binary CPU profile. */
function words(size: 4 | 8, isLittleEndian: boolean, ...values: readonly bigint[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, index) =>
    size === 4 ? view.setUint32(index * 4, Number(value), isLittleEndian) : view.setBigUint64(index * 8, value, isLittleEndian),
  );
  return new Uint8Array(view.buffer);
}

describe('a heap profile as text', () => {
  it('is scaled up from its samples, by half the period that Go writes', async () => {
    const profile = await decode('heap profile: 1: 1024 [3: 3072] @ heap/2048', '1: 1024 [3: 3072] @ 0x401001 0x402001');
    expect(profile.sampleTypes.map(({ type }) => type)).toEqual(['alloc_objects', 'alloc_space', 'inuse_objects', 'inuse_space']);
    expect(profile.period).toBe(1024);
    // 1 / (1 - 1/e) = 1.58198
    expect(samplesOf(profile)).toEqual(['4 4859 1 1619 @ 401000 402000']);
    expect(profile.labels.number[0]).toBe(1024);
  });

  it('is taken as it is where all allocations were counted', async () => {
    expect(samplesOf(await decode('heap profile: 2: 10 [2: 10] @ heapprofile', '  2:  10 [  2:  10] @ 0x5'))).toEqual(['2 10 @ 4']);
    expect(samplesOf(await decode('heap profile: 2: 10 [2: 10] @ growthz', '2: 10 [2: 10] @ 0x5'))).toEqual(['2 10 @ 4']);
  });

  it('is refused where a line is no sample', async () => {
    await expect(decode('heap profile: 1: 2 [1: 2] @ heap/8', '1: 2 @ 0x5')).rejects.toThrow(/offset 35: a line is no sample/);
    await expect(decode('heap profile: 1: 2 [1: 2] @ heap/8', '0: 2 [0: 0] @ 0x5')).rejects.toThrow(/no object/);
    await expect(decode('heap profile: 1: 2 [1: 2] @ heapz_v3')).rejects.toThrow(/kind heapz_v3/);
  });
});

describe('a contention profile as text', () => {
  it('counts nanoseconds', async () => {
    const profile = await decode('--- mutex:', 'cycles/second = 2000000000', 'sampling period = 5', '100 2 @ 0x11 0x21', '#\t0x10\tf+0x1');
    expect(profile.sampleTypes[1]).toEqual({ type: 'delay', unit: 'nanoseconds' });
    expect(samplesOf(profile)).toEqual(['10 250 @ 10 20']);
  });

  it('is refused with the attribute that is unknown', async () => {
    await expect(decode('--- contention:', 'colour = red', '1 1 @ 0x1')).rejects.toThrow('“colour = red” is no attribute');
  });
});

it('counts goroutines by stack', async () => {
  const profile = await decode('goroutine profile: total 5', '3 @ 0x11 0x21', '# labels: {"a":"b"}', '#\t0x10\tmain.f', '', '2 @ 0x11', '');
  expect(profile.sampleTypes).toEqual([{ type: 'goroutine', unit: 'count' }]);
  expect(samplesOf(profile)).toEqual(['3 @ 10 20', '2 @ 10']);
});

it('counts threads, and those with the stack of the one before', async () => {
  const profile = await decode(
    '--- threadz 1 ---',
    '--- Thread 7eff (name: main/1) stack: ---',
    '  PC: 0x10: helper',
    '  0x21: main',
    '--- Thread 7f00 (name: other/2) stack: ---',
    '  [same as previous thread]',
    '--- Memory map: ---',
    '  00000000-00001000: /bin/server',
  );
  expect(samplesOf(profile)).toEqual(['2 @ 10 20']);
  expect(mappingsOf(profile)).toEqual(['0 1000 0 /bin/server']);
});

describe('a binary CPU profile', () => {
  const samples = [2n, 2n, 0x10n, 0x21n, 1n, 1n, 0x10n, 0n, 1n, 0n] as const;

  it.each([
    [4, true],
    [4, false],
    [8, true],
    [8, false],
  ] as const)('of words of %d bytes, little-endian %s', async (size, isLittleEndian) => {
    const profile = await decodeProfile(words(size, isLittleEndian, 0n, 3n, 0n, 100n, 0n, ...samples));
    expect(profile.period).toBe(100_000);
    expect(samplesOf(profile)).toEqual(['2 200000 @ 10 20', '1 100000 @ 10']);
  });

  it('loses the frame of the signal handler, and leaves that are there twice', async () => {
    const stacks = [0x10n, 0x30n].flatMap((leaf) => [1n, 4n, leaf, 0x99n, leaf, 0x50n]);
    const profile = await decodeProfile(words(8, true, 0n, 3n, 0n, 1n, 0n, ...stacks, 0n, 1n, 0n));
    expect(samplesOf(profile)).toEqual(['1 1000 @ 10 4f', '1 1000 @ 30 4f']);
  });

  it('of Java has functions', async () => {
    const head = words(8, true, 0n, 3n, 1n, 1n, 0n, 1n, 2n, 3n, 4n, 0n, 1n, 0n);
    const symbols = encode('0x3 a.B.run (B.java:12)', '0x4 libc (/lib/libc.so)', '0x5 unused (C.java:1)');
    const { strings, functions, locations } = await decodeProfile(Uint8Array.from([...head, ...symbols]));
    expect(Array.from(functions.name, (name, row) => `${strings[name]} ${strings[functions.file[row] ?? 0]}`)).toEqual([
      'a.B.run B.java',
      'libc libc.so',
    ]);
    expect([...locations.lineNumber]).toEqual([12, 0]);
    expect([...locations.address]).toEqual([0n, 0n]);
  });
});

it('reads the heap of a Java program', async () => {
  const profile = await decode(
    '--- heapz 1 ---',
    'format = java',
    'resolution = bytes',
    '  1048576 2 @ 0x3 0x4',
    '0x3 java.util.HashMap.put (HashMap.java:7)',
    '0x4 GC',
    '',
  );
  expect(profile.sampleTypes[1]).toEqual({ type: 'inuse_space', unit: 'bytes' });
  expect(samplesOf(profile)).toEqual(['3 1658822 @ 0 0']);
  expect(Array.from(profile.functions.name, (name) => profile.strings[name])).toEqual(['java.util.HashMap.put', 'GC']);
});

describe('a memory map', () => {
  const withMap = (...lines: readonly string[]): Promise<Profile> =>
    decode('--- contention:', '1 1 @ 0x400101 0x7f0000000101 0x9001', '--- Memory map: ---', ...lines);

  it('gives the main program first, parts of a file joined, and what lies nowhere an unnamed mapping', async () => {
    const profile = await withMap(
      'build=/srv/app',
      '7f0000000000-7f0000001000 r-xp 00000000 08:01 12   /lib/libc.so.6',
      '7f0000001000-7f0000002000 r--p 00001000 08:01 12   /lib/libc.so.6',
      '  00400000-00401000: $build/server (@0) abc123',
      '00401000-00402000: $build/server (@1000) abc123',
    );
    expect(mappingsOf(profile)).toEqual([
      '400000 402000 0 /srv/app/server',
      '7f0000000000 7f0000001000 0 /lib/libc.so.6',
      '0 ffffffffffffffff 0 ',
    ]);
    expect([...profile.locations.mapping]).toEqual([0, 1, 2]);
    expect(profile.mappings[0]?.buildId).toBe('abc123');
  });

  it('lets a mapping begin where its file begins', async () => {
    const profile = await withMap('401000-402000 r-xp 00001000 08:01 12 /srv/server');
    expect(mappingsOf(profile)[0]).toBe('400000 402000 0 /srv/server');
  });

  it('does not let a hostile line or variable take time or memory', async () => {
    const run = 'a'.repeat(30_000);
    const bomb = Array.from({ length: 20 }, (_, index) => `v${index + 1}=$v${index}$v${index}`);
    const profile = await withMap(run, `${run} ${run}`, `v0=${'=$'.repeat(30)}`, ...bomb, '$v20');
    expect(profile.mappings.length).toBeGreaterThan(0);
  });
});

it('refuses lines that the official reader cannot hold', async () => {
  await expect(decode('goroutine profile: total 1', `#${'x'.repeat(65535)}`)).rejects.toThrow(GclensError);
});

it('refuses what says no type of its values, and quotes no more of a line than fits', async () => {
  await expect(decode('--- heapz 1 ---', '')).rejects.toThrow(/no sample types; .*take it again/);
  const long = await decode('--- contention:', `\x1b[31m${'x'.repeat(5000)} = 7`).catch((error: unknown) => error);
  expect((long as GclensError).message).toMatch(/^offset \d+: “\uFFFD\[31mx{75}…” is no attribute of a contention profile; /);
});
