import type { Chance } from '../chance';
import { mutateBytes } from './anyBytes';
import { brokenVarint, concatBytes, edgeValues, encodeVarint, otherValue, readVarint } from './varints';

/** Types with a form of their own; go-execution-trace.md section 5. */
const v1 = { batch: 1, frequency: 2, stack: 3, timerGoroutine: 35, string: 37, userLog: 48 } as const;
const headerBytes = 16;

/** An event of a v1 trace: its first byte, its values, and text behind them (of strings and logs). */
interface Event {
  readonly head: number;
  readonly values: readonly bigint[];
  readonly text?: Uint8Array;
  /** Bytes that are written instead. */
  readonly raw?: readonly number[];
}

interface TraceV1File {
  readonly header: Uint8Array;
  readonly events: readonly Event[];
  readonly rest: Uint8Array;
}

const parsed = new WeakMap<Uint8Array, TraceV1File>();

function parse(bytes: Uint8Array): TraceV1File {
  const known = parsed.get(bytes) ?? parseTraceV1(bytes);
  parsed.set(bytes, known);
  return known;
}

function parseTraceV1(bytes: Uint8Array): TraceV1File {
  const events: Event[] = [];
  let at = headerBytes;
  while (at < bytes.length) {
    const read = readEvent(bytes, at);
    if (read === undefined) {
      break;
    }
    events.push(read.event);
    at = read.end;
  }
  return { header: bytes.slice(0, headerBytes), events, rest: bytes.slice(at) };
}

function readEvent(bytes: Uint8Array, start: number): { event: Event; end: number } | undefined {
  const head = bytes[start] ?? 0;
  const type = head & 0x3f;
  const values: bigint[] = [];
  let at = start + 1;
  const readValue = (end = bytes.length): boolean => {
    const read = readVarint(bytes, at, end);
    if (read !== undefined) {
      values.push(read.value);
      at = read.end;
    }
    return read !== undefined;
  };
  const readText = (): Uint8Array | undefined => {
    const length = readVarint(bytes, at, bytes.length);
    if (length === undefined || length.value > BigInt(bytes.length - length.end)) {
      return undefined;
    }
    at = length.end + Number(length.value);
    return bytes.slice(length.end, at);
  };
  if (type === v1.string) {
    const text = readValue() ? readText() : undefined;
    return text === undefined ? undefined : { event: { head, values, text }, end: at };
  }
  if (head >> 6 < 3) {
    for (let n = 0; n <= head >> 6; n++) {
      if (!readValue()) {
        return undefined;
      }
    }
    return { event: { head, values }, end: at };
  }
  const length = readVarint(bytes, at, bytes.length);
  if (length === undefined || length.value > BigInt(bytes.length - length.end)) {
    return undefined;
  }
  at = length.end;
  const end = at + Number(length.value);
  while (at < end) {
    if (!readValue(end)) {
      return undefined;
    }
  }
  const text = type === v1.userLog ? readText() : undefined;
  return { event: { head, values, ...(text === undefined ? {} : { text }) }, end: at };
}

function writeEvent({ head, values, text, raw }: Event): readonly number[] {
  if (raw !== undefined) {
    return raw;
  }
  const encoded = values.flatMap((value) => encodeVarint(value));
  const tail = text === undefined ? [] : [...encodeVarint(BigInt(text.length)), ...text];
  if ((head & 0x3f) === v1.string || head >> 6 < 3) {
    return [head, ...encoded, ...tail];
  }
  return [head, ...encodeVarint(BigInt(encoded.length)), ...encoded, ...tail];
}

/** A trace of format v1 with one to four things wrong, or unusual. */
export function mutateTraceV1(original: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  let { header, events, rest } = parse(original);
  for (let count = 1 + chance.below(chance.percent(50) ? 1 : 4); count > 0; count--) {
    if (chance.percent(5)) {
      const version = chance.oneOf([11, 19, 21, 11, 19, 21, 18, 10, 22, 26]);
      header = Uint8Array.from(Buffer.from(`go 1.${version} trace\0\0\0`, 'latin1'));
    } else if (chance.percent(6)) {
      rest = concatBytes([rest, mutateBytes(rest, chance)]);
    } else if (chance.percent(15)) {
      events = liftEvents(events, chance);
    } else {
      events = editEvents(events, chance, parse(other).events);
    }
  }
  const bytes = concatBytes([header, ...events.map(writeEvent), rest]);
  return chance.percent(8) ? mutateBytes(bytes, chance, headerBytes) : bytes;
}

/** Where a kind of value stands, by type; of a stack it stands in every frame. */
const places: readonly Readonly<Record<number, readonly number[]>>[] = [
  // Goroutines.
  { 13: [1], 14: [1], 21: [1], 29: [1], 31: [1], 32: [1], 35: [0], 38: [1], 39: [1], 40: [1], 41: [1], 49: [3] },
  // Ticks.
  { 1: [1], 29: [3], 40: [2], 49: [1] },
  // Threads, tasks, pcs, lines.
  { 5: [1] },
  { 45: [1, 2], 46: [1], 47: [1], 48: [1] },
  { [v1.stack]: [2] },
  { [v1.stack]: [5] },
  // Strings: in their table, and where they are named.
  { [v1.string]: [0], [v1.stack]: [3], 41: [3], 45: [3], 47: [3], 48: [2] },
  { [v1.stack]: [4] },
];

/** All values of one kind, so much larger that no double holds them, or that they wrap around. */
function liftEvents(events: readonly Event[], chance: Chance): readonly Event[] {
  const kind = chance.oneOf(places);
  const lift = chance.percent(50) ? (1n << BigInt(45 + chance.below(19))) + BigInt(chance.below(5)) : chance.oneOf(edgeValues);
  return events.map((event) => {
    const type = event.head & 0x3f;
    const own = type === v1.stack ? (kind[type] ?? []).flatMap((first) => everyFourth(first, event.values.length)) : (kind[type] ?? []);
    return own.length === 0
      ? event
      : { ...event, values: event.values.map((value, n) => (own.includes(n) && value !== 0n ? BigInt.asUintN(64, value + lift) : value)) };
  });
}

function everyFourth(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / 4)) }, (_, n) => first + 4 * n);
}

function editEvents(events: readonly Event[], chance: Chance, others: readonly Event[]): readonly Event[] {
  const edited = [...events];
  // Each type is as likely as another, however many events it has.
  const types = [...new Set(events.map(({ head }) => head & 0x3f))];
  const type = types.length > 0 && chance.percent(60) ? chance.oneOf(types) : -1;
  const ofType = type === -1 ? [] : events.flatMap(({ head }, index) => ((head & 0x3f) === type ? [index] : []));
  const at = ofType.length > 0 ? chance.oneOf(ofType) : chance.below(Math.max(1, events.length));
  const event = edited[at];
  if (event === undefined) {
    return others.slice(0, chance.below(others.length + 1));
  }
  const to = chance.percent(60) ? Math.min(edited.length - 1, at + 1) : chance.below(edited.length);
  switch (chance.below(12)) {
    case 0:
      edited.splice(at, 1);
      break;
    case 1:
      edited.splice(to, 0, event);
      break;
    case 2:
      edited[at] = edited[to] as Event;
      edited[to] = event;
      break;
    case 3:
      return [...edited.slice(0, at), ...others.slice(chance.below(others.length + 1))];
    case 4:
      edited.splice(at, 1 + chance.below(Math.min(50, edited.length - at)));
      break;
    case 5:
      edited[at] = { ...event, head: (event.head & 0xc0) | (chance.percent(85) ? 1 + chance.below(49) : chance.below(64)) };
      break;
    case 6:
      edited[at] = { ...event, head: (event.head & 0x3f) | (chance.below(4) << 6) };
      break;
    case 7: {
      const n = chance.below(event.values.length + 1);
      edited[at] = {
        ...event,
        values: chance.percent(50) ? event.values.toSpliced(n, 1) : event.values.toSpliced(n, 0, chance.oneOf(edgeValues)),
      };
      break;
    }
    case 8: {
      const encoded = event.values.map((value) => encodeVarint(value));
      const n = chance.below(Math.max(1, encoded.length));
      encoded[n] = chance.percent(50) ? encodeVarint(event.values[n] ?? 0n, 1 + chance.below(10)) : brokenVarint(chance);
      const bytes = encoded.flat();
      edited[at] = { ...event, raw: [event.head, ...(event.head >> 6 === 3 ? encodeVarint(BigInt(bytes.length)) : []), ...bytes] };
      break;
    }
    case 9:
      // Times closer together, or all the same: only states and sequence numbers order the events.
      return edited.map((one) =>
        isTimed(one) ? { ...one, values: one.values.with(0, type === -1 ? 1n : (one.values[0] ?? 0n) / 8n) } : one,
      );
    default: {
      if (event.values.length === 0) {
        return edited;
      }
      const n = chance.below(event.values.length);
      const like = chance.percent(40) ? chance.oneOf(events.filter(({ head }) => (head & 0x3f) === (event.head & 0x3f))) : undefined;
      edited[at] = { ...event, values: event.values.with(n, like?.values[n] ?? otherValue(event.values[n] ?? 0n, chance)) };
    }
  }
  return edited;
}

function isTimed({ head, values }: Event): boolean {
  const type = head & 0x3f;
  return values.length > 0 && ![v1.batch, v1.frequency, v1.stack, v1.timerGoroutine, v1.string].some((other) => other === type);
}
