import { GclensError } from '../base';
import { decodeProfile } from './decodeProfile';
import { encodeProfile, group, number, text, varint } from './encodeProfile.testing';
import { profileStacks } from './profileStacks';

const strings = ['', 'samples', 'count', 'main.range', 'main.go', 'bytes', 'libc.so.6'].map((value) => text(6, value)).flat();
const sampleType = group(1, number(1, 1), number(2, 2));
const aFunction = group(5, number(1, 1), number(2, 3), number(4, 4), number(5, 7));
const location = group(4, number(1, 1), number(3, 0x45d0a0n), group(4, number(1, 1), number(2, 42), number(3, 5)));

function profileOf(...parts: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...parts.flat(), ...strings]);
}

async function stacks(bytes: Uint8Array): Promise<string[]> {
  const { length, frameStart, frame, weight, names } = profileStacks(await decodeProfile(bytes), { sampleType: 0 });
  return Array.from({ length }, (_, row) =>
    [weight[row], ...Array.from(frame.slice(frameStart[row], frameStart[row + 1]), (name) => names[name])].join(' '),
  );
}

async function refusal(bytes: Uint8Array): Promise<GclensError> {
  try {
    await decodeProfile(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(GclensError);
    return error as GclensError;
  }
  throw new Error('was accepted');
}

describe('decodeProfile', () => {
  it('reads packed and unpacked repeated fields alike', async () => {
    const packed = profileOf(sampleType, group(2, group(1, varint(1), varint(1)), group(2, varint(3))), location, aFunction);
    const unpacked = profileOf(sampleType, group(2, number(1, 1), number(2, 3), number(1, 1)), location, aFunction);
    expect(await stacks(packed)).toEqual(['3 main.range main.range']);
    expect(await stacks(unpacked)).toEqual(await stacks(packed));
  });

  it('leaves out sample types that share a name, as go tool pprof does, and says so', async () => {
    const other = group(1, number(1, 5), number(2, 2));
    const sample = group(2, group(1, varint(1)), group(2, varint(1), varint(2), varint(3)));
    const { sampleTypes, samples, notices } = await decodeProfile(profileOf(sampleType, other, sampleType, sample, location, aFunction));
    expect([sampleTypes, samples.values.map((column) => [...column])]).toEqual([[{ type: 'bytes', unit: 'count' }], [[2]]]);
    expect(notices).toEqual([{ severity: 'warning', text: expect.stringMatching(/share a name are left out.*: samples\.$/) as string }]);
    expect((await refusal(profileOf(sampleType, sampleType))).message).toMatch(/share their names: samples, samples; give each a name/);
    expect((await refusal(profileOf(location, aFunction))).message).toMatch(/no sample types; .*take it again/);
  });

  it('says what to do about what it refuses', async () => {
    expect((await refusal(profileOf(sampleType, [0xff]))).message).toMatch(/offset \d+: .*; take it again/);
  });

  it('keeps lines, columns and where functions begin', async () => {
    const { locations, functions, strings: texts } = await decodeProfile(profileOf(sampleType, location, aFunction));
    expect([locations.lineNumber[0], locations.lineColumn[0], locations.address[0]]).toEqual([42, 5, 0x45d0a0n]);
    expect([functions.startLine[0], texts[functions.file[0]!]]).toEqual([7, 'main.go']);
  });

  it.each([1, 3, 16, 19, 8192, 8195])('keeps what stands behind zeros alone, in the last of %d rows', async (rows) => {
    const rowNumbers = Array.from({ length: rows }, (_, row) => row + 1);
    const folded = rowNumbers.flatMap((id) =>
      group(4, number(1, id), number(5, id === rows ? 1 : 0), group(4, number(1, 1), number(2, id === rows ? 9 : 0))),
    );
    const weighed = rowNumbers.flatMap((id) => group(2, group(1, varint(1)), group(2, varint(id === rows ? 5 : 0))));
    const { locations, samples } = await decodeProfile(profileOf(sampleType, weighed, folded, aFunction));
    const zeros = new Array<number>(rows - 1).fill(0);
    expect([...locations.isFolded]).toEqual([...zeros, 1]);
    expect([...locations.lineNumber]).toEqual([...zeros, 9]);
    expect([...(samples.values[0] ?? [])]).toEqual([...zeros, 5]);
  });

  it('names what is not symbolised by address and file', async () => {
    const mapping = group(3, number(1, 9), number(2, 0x400000), number(5, 6));
    const bare = group(4, number(1, 2), number(2, 9), number(3, 0xfffffffff7fcb1a2n));
    expect(await stacks(profileOf(sampleType, group(2, group(1, varint(2)), group(2, varint(1))), mapping, bare))).toEqual([
      '1 0xfffffffff7fcb1a2 [libc.so.6]',
    ]);
  });

  it.each([
    ['https://host/debug/pprof/heap', ''],
    ['HTTP:8080', ''],
    ['/lib/a:b', '/lib/a:b'],
    ['7z:x', '7z:x'],
    ['/bin/shop', '/bin/shop'],
  ])('keeps of the mapped file %s the name %p: where it was fetched from is none, unless it has a build id', async (name, kept) => {
    const names = [text(6, name), text(6, 'f00a')].flat();
    const mapping = (...fields: readonly (readonly number[])[]) => group(3, number(5, 7), ...fields);
    const bytes = Uint8Array.from([...profileOf(sampleType, mapping(number(1, 1)), mapping(number(1, 2), number(6, 8))), ...names]);
    expect((await decodeProfile(bytes)).mappings.map(({ file }) => file)).toEqual([kept, name]);
  });

  it('tells apart sparse ids of the whole 64-bit range', async () => {
    const ids = [2n ** 63n, 2n ** 63n + 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 40n, 5n];
    const parts = ids.flatMap((id, row) => [
      group(2, group(1, varint(id)), group(2, varint(row + 1))),
      group(4, number(1, id), number(3, 0x1000 + row)),
    ]);
    expect(await stacks(profileOf(sampleType, ...parts))).toEqual(ids.map((_, row) => `${row + 1} 0x${(0x1000 + row).toString(16)}`));
  });

  it('reads labels as text or as a number with a unit, and leaves out empty ones', async () => {
    const labels = [group(3, number(1, 3), number(2, 4)), group(3, number(1, 5), number(3, -64), number(4, 5)), group(3, number(1, 5))];
    const { labels: table, samples } = await decodeProfile(profileOf(sampleType, group(2, group(2, varint(1)), ...labels)));
    expect([...table.text]).toEqual([4, 0]);
    expect([...table.number]).toEqual([NaN, -64]);
    expect([...table.unit]).toEqual([0, 5]);
    expect([...samples.labelStart]).toEqual([0, 2]);
  });

  it('reads negative values, and flags what doubles cannot hold', async () => {
    const profile = await decodeProfile(profileOf(sampleType, group(2, group(2, varint(-7))), group(2, group(2, varint(2n ** 60n + 1n)))));
    expect([...profile.samples.values[0]!]).toEqual([-7, 2 ** 60]);
    expect(profile.notices.map(({ text: notice }) => notice)).toEqual(['1 value of samples is beyond 2^53 and shown to about 16 digits.']);
  });

  it('chooses the default sample type by name, else the last', async () => {
    const types = [group(1, number(1, 1)), group(1, number(1, 5))];
    expect((await decodeProfile(profileOf(...types))).defaultSampleType).toBe(1);
    expect((await decodeProfile(profileOf(...types, number(14, 1)))).defaultSampleType).toBe(0);
    expect((await decodeProfile(profileOf(...types, number(14, 4)))).defaultSampleType).toBe(1);
  });

  it('skips unknown fields of every wire type', async () => {
    const unknown = [
      number(99, 1),
      group(98, [1, 2]),
      [...varint(97 * 8 + 1), 1, 2, 3, 4, 5, 6, 7, 8],
      [...varint(96 * 8 + 5), 1, 2, 3, 4],
      number(2 ** 50, 1),
    ];
    const sample = group(2, group(1, varint(1)), ...unknown, group(2, varint(3)));
    expect(await stacks(profileOf(...unknown, sampleType, sample, location, aFunction))).toEqual(['3 main.range']);
  });

  it('drops the frames a profile says are uninteresting, with all they called, but never a whole stack', async () => {
    const samples = [
      { stack: ['memcpy', 'malloc', 'user', 'main'], values: [1] },
      { stack: ['malloc'], values: [2] },
      { stack: ['memcpy', 'mallocKept', 'main'], values: [3] },
    ];
    expect(await stacks(encodeProfile({ samples, dropFrames: 'malloc.*', keepFrames: 'mallocKept' }))).toEqual([
      '1 user main',
      '2 malloc',
      '3 memcpy mallocKept main',
    ]);
  });

  it('says when drop_frames is no expression, and drops nothing', async () => {
    const profile = await decodeProfile(encodeProfile({ samples: [{ stack: ['a'], values: [1] }], dropFrames: '(' }));
    expect(profile.notices).toHaveLength(1);
    expect(profile.stacks.location).toHaveLength(1);
  });

  it('counts the last value of a field that comes twice, and refuses only that', async () => {
    const mapping = (...fileNames: number[]) => group(3, number(1, 9), ...fileNames.map((index) => number(5, index)));
    expect((await decodeProfile(profileOf(sampleType, mapping(99, 6)))).mappings[0]?.file).toBe('libc.so.6');
    expect((await refusal(profileOf(mapping(6, 99)))).reason).toBe('Mapping.filename is string 99, and the file has 7 strings');
    expect((await decodeProfile(profileOf(sampleType, number(15, 99), number(15, 6)))).docUrl).toBe('libc.so.6');
    expect((await refusal(profileOf(number(15, 99), sampleType))).reason).toBe('doc_url is string 99, and the file has 7 strings');
  });

  it('asks for the unit of a label only where the label has no text', async () => {
    const sample = (...label: (readonly number[])[]) => group(2, group(2, varint(1)), group(3, number(1, 5), ...label));
    expect((await decodeProfile(profileOf(sampleType, sample(number(2, 4), number(4, 99)), sample(number(3, 1))))).labels.length).toBe(2);
    expect((await refusal(profileOf(sampleType, sample(number(3, 1), number(4, 99))))).reason).toBe(
      'Label.num_unit is string 99, and the file has 7 strings',
    );
  });

  it.each([
    ['an index past the string table', group(1, number(1, 7)), 'ValueType.type is string 7, and the file has 7 strings', 3],
    ['a line without its function', location, 'a location has a line whose function is not in the file', 11],
    ['two rows with one id', [...aFunction, ...aFunction], 'two functions have the id 1', 11],
    ['too few values', [...sampleType, ...group(2, group(1))], 'sample 0 has 0 values, and the profile has 1 sample types', 7],
    ['samples without types', group(2, group(2, varint(1))), 'the profile has samples but no sample types', undefined],
    [
      'a missing location',
      [...sampleType, ...group(2, group(1, varint(300)), group(2, varint(1)))],
      'a sample refers to location 300, which is not in the file',
      10,
    ],
    ['two times', [...number(9, 1), ...number(9, 2)], 'several profiles are concatenated in this file', 3],
  ])('refuses %s and says where', async (_, part, reason, offset) => {
    const error = await refusal(profileOf(part));
    expect(error.reason).toBe(reason);
    if (offset !== undefined) {
      expect(error.details.offset).toBe(offset);
    }
  });

  it('refuses a file of many small messages before it has filled the memory', async () => {
    const bomb = new Uint8Array(3 * 2 ** 20);
    for (let offset = 0; offset < bomb.length; offset += 2) {
      bomb[offset] = 1 * 8 + 2;
    }
    expect((await refusal(Uint8Array.from([...strings, ...bomb.subarray(0, 4096)]))).reason).toBe(
      'more than 1024 sample types, as no program writes',
    );
  });

  it.each([
    ['sample types', 2048, [0x0a, 0], 'more than 1024 sample types, as no program writes'],
    ['strings', 5_200_000, [0x32, 0], '5200003 strings in 10400024 bytes, as no program writes'],
  ])('says of too many %s what it is, also where the file begins as a text with an empty line', async (_, count, message, reason) => {
    const many = new Uint8Array(2 * count);
    for (let at = 0; at < many.length; at += 2) {
      many.set(message, at);
    }
    // Behind the first byte comes no other line feed: a line that is too long for a text.
    const head = [...sampleType, ...['', 'samples', 'count'].flatMap((value) => text(6, value))];
    const file = new Uint8Array(head.length + many.length);
    file.set(head);
    file.set(many, head.length);
    expect(file[0]).toBe(0x0a);
    expect((await refusal(file)).reason).toBe(reason);
  });
});
