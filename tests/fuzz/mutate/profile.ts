import type { Chance } from '../chance';
import { mutateBytes } from './anyBytes';
import { brokenVarint, concatBytes, edgeValues, encodeVarint, otherValue, readVarint } from './varints';

/** A field as it stands in a message; `value` of wire types 1 and 5 are its bytes. */
interface Field {
  readonly field: number;
  readonly wireType: number;
  readonly value: bigint | Uint8Array | readonly Field[];
  /** What is written instead of the length of the bytes. */
  readonly length?: bigint;
  /** How a varint is written instead. */
  readonly encoded?: readonly number[];
}

/** Messages in messages of profile.proto: field number to the messages in it. */
interface Schema {
  readonly [field: number]: Schema;
}

const valueType: Schema = {};
const profileSchema: Schema = { 1: valueType, 2: { 3: {} }, 3: {}, 4: { 4: {} }, 5: {}, 11: valueType };

const parsed = new WeakMap<Uint8Array, readonly Field[]>();

function parse(bytes: Uint8Array): readonly Field[] {
  const known = parsed.get(bytes) ?? parseMessage(bytes, profileSchema) ?? [];
  parsed.set(bytes, known);
  return known;
}

function parseMessage(bytes: Uint8Array, schema: Schema): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at, bytes.length);
    if (tag === undefined) {
      return undefined;
    }
    const field = Number(tag.value >> 3n);
    const wireType = Number(tag.value & 7n);
    at = tag.end;
    if (wireType === 0) {
      const read = readVarint(bytes, at, bytes.length);
      if (read === undefined) {
        return undefined;
      }
      fields.push({ field, wireType, value: read.value });
      at = read.end;
      continue;
    }
    let length = wireType === 1 ? 8 : wireType === 5 ? 4 : -1;
    if (wireType === 2) {
      const read = readVarint(bytes, at, bytes.length);
      if (read === undefined || read.value > BigInt(bytes.length - read.end)) {
        return undefined;
      }
      length = Number(read.value);
      at = read.end;
    }
    if (length < 0 || at + length > bytes.length) {
      return undefined;
    }
    const content = bytes.slice(at, at + length);
    const inner = schema[field];
    fields.push({ field, wireType, value: (wireType === 2 && inner !== undefined ? parseMessage(content, inner) : undefined) ?? content });
    at += length;
  }
  return fields;
}

function writeMessage(fields: readonly Field[]): Uint8Array {
  return concatBytes(fields.flatMap(writeField));
}

function writeField({ field, wireType, value, length, encoded }: Field): (Uint8Array | readonly number[])[] {
  const tag = encodeVarint((BigInt(field) << 3n) | BigInt(wireType));
  if (typeof value === 'bigint') {
    return [tag, encoded ?? encodeVarint(value)];
  }
  const content = value instanceof Uint8Array ? value : writeMessage(value);
  return wireType === 2 || length !== undefined ? [tag, encodeVarint(length ?? BigInt(content.length)), content] : [tag, content];
}

/**
 * A profile with one to four things wrong, or unusual but legal.
 * @param other another profile, to append or take fields from
 */
export function mutateProfile(original: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  let fields = parse(original);
  for (let count = 1 + chance.below(chance.percent(50) ? 1 : 4); count > 0; count--) {
    fields = mutateMessage(fields, chance, parse(other));
  }
  const bytes = writeMessage(fields);
  return chance.percent(8) ? mutateBytes(bytes, chance) : bytes;
}

function mutateMessage(fields: readonly Field[], chance: Chance, other: readonly Field[]): readonly Field[] {
  const edited = [...fields];
  const at = pickIndex(fields, chance);
  const field = edited[at];
  if (field === undefined) {
    return other.slice(0, 1 + chance.below(other.length));
  }
  const to = chance.percent(50) ? Math.min(edited.length - 1, at + 1) : chance.below(edited.length);
  // Fields of a message are many, of the message in a message few: go down often.
  if (Array.isArray(field.value) && chance.percent(75)) {
    edited[at] = { ...field, value: mutateMessage(field.value as readonly Field[], chance, other) };
    return edited;
  }
  switch (chance.below(14)) {
    case 0:
      edited.splice(at, 1);
      break;
    case 1:
      edited.splice(to, 0, field);
      break;
    case 2:
      edited[at] = edited[to] as Field;
      edited[to] = field;
      break;
    case 3:
      return edited.filter((one) => one.field !== field.field);
    case 4:
      return [...edited.filter((one) => one.field === field.field), ...edited.filter((one) => one.field !== field.field)];
    case 5:
      return chance.percent(50) ? [...edited, ...other] : edited.toSpliced(at, 0, chance.oneOf(other.length > 0 ? other : edited));
    case 6:
      return chance.percent(50) ? edited.toReversed() : edited.slice(0, at);
    case 7:
      edited.splice(at, 0, unknownField(chance));
      break;
    case 8:
      edited[at] = { ...field, field: chance.oneOf([1 + chance.below(16), 0, 99, 2 ** 29 - 1]) };
      break;
    case 9:
      return repack(edited, at);
    default:
      edited[at] = mutateField(field, edited, chance);
  }
  return edited;
}

/** Each kind of field is as likely as another, however many there are: a thousand samples stand beside one period type. */
function pickIndex(fields: readonly Field[], chance: Chance): number {
  if (fields.length === 0 || chance.percent(30)) {
    return chance.below(Math.max(1, fields.length));
  }
  const kinds = [...new Set(fields.map(({ field }) => field))];
  const kind = chance.oneOf(kinds);
  return chance.oneOf(fields.flatMap((one, index) => (one.field === kind ? [index] : [])));
}

function mutateField(field: Field, siblings: readonly Field[], chance: Chance): Field {
  if (typeof field.value === 'bigint') {
    const like = siblings.filter((one) => one.field === field.field);
    switch (chance.below(8)) {
      case 0:
        return { ...field, encoded: encodeVarint(field.value, 1 + chance.below(10)) };
      case 1:
        return { ...field, encoded: brokenVarint(chance) };
      case 2:
        return { ...field, wireType: chance.oneOf([1, 2, 3, 4, 5, 6, 7]) };
      case 3:
        return { ...field, value: chance.oneOf(like).value };
      default:
        return { ...field, value: otherValue(field.value, chance) };
    }
  }
  const content = field.value instanceof Uint8Array ? field.value : writeMessage(field.value);
  switch (chance.below(7)) {
    case 0:
      return { ...field, length: otherValue(BigInt(content.length), chance) };
    case 1:
      return { ...field, value: content.slice(0, chance.below(content.length + 1)) };
    case 2:
      return { ...field, wireType: chance.oneOf([0, 1, 3, 4, 5, 6, 7]), value: content };
    case 3:
      return { ...field, value: new Uint8Array() };
    case 4:
      return { ...field, value: packedNumbers(content, chance) };
    default:
      return { ...field, value: content.length === 0 ? content : mutateBytes(content, chance) };
  }
}

/** Packed numbers with one changed, left out or added; bytes that are none stay. */
function packedNumbers(content: Uint8Array, chance: Chance): Uint8Array {
  const values: bigint[] = [];
  for (let at = 0; at < content.length;) {
    const read = readVarint(content, at, content.length);
    if (read === undefined) {
      return content;
    }
    values.push(read.value);
    at = read.end;
  }
  const at = chance.below(values.length + 1);
  const value = chance.percent(60) ? otherValue(values[at] ?? 0n, chance) : chance.oneOf(edgeValues);
  const edited = chance.percent(60)
    ? values.toSpliced(at, 1, value)
    : values.toSpliced(at, chance.below(2), ...(chance.percent(50) ? [value] : []));
  return concatBytes(edited.map((one) => encodeVarint(one)));
}

function unknownField(chance: Chance): Field {
  const field = chance.oneOf([15, 16, 17, 100, 2047, 2 ** 28, 2 ** 29 - 1]);
  return chance.oneOf<Field>([
    { field, wireType: 0, value: chance.oneOf(edgeValues) },
    { field, wireType: 1, value: new Uint8Array(8) },
    { field, wireType: 5, value: new Uint8Array(4) },
    { field, wireType: 2, value: new Uint8Array(chance.below(20)) },
  ]);
}

/** Numbers in one packed field become a field each, and the other way round. */
function repack(fields: readonly Field[], at: number): readonly Field[] {
  const chosen = fields[at] as Field;
  const same = fields.filter(({ field }) => field === chosen.field);
  const rest = fields.filter(({ field }) => field !== chosen.field);
  if (same.every(({ value }) => typeof value === 'bigint')) {
    const value = concatBytes(same.map(({ value }) => encodeVarint(value as bigint)));
    return [...rest, { field: chosen.field, wireType: 2, value }];
  }
  const values = chosen.value instanceof Uint8Array ? [...chosen.value] : [];
  return [...rest, ...values.map((value): Field => ({ field: chosen.field, wireType: 0, value: BigInt(value) }))];
}
