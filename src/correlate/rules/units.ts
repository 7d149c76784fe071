import { count, duration, percent } from '../words';

/**
 * What a fact's number counts. `share` is a part of a whole: 0.2 reads `20 %`; `ratio` is a quotient of two alike: 1.5 reads `1.5 times`; `text` is none.
 */
export const factUnits = ['ns', 'bytes', 'bytes/s', 'share', 'ratio', 'count', '/s', 'text'] as const;
export type FactUnit = (typeof factUnits)[number];

/** What one unit of what people write is in a fact's own. Bytes: kB, MB, GB are powers of 1000, KiB, MiB, GiB of 1024. */
const times: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, min: 60e9 };
const sizes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const rates = Object.fromEntries(Object.entries(sizes).map(([unit, size]) => [`${unit}/s`, size]));

interface Writing {
  /** What is written behind the number, and what it is worth; '' where a number alone will do. */
  readonly suffixes: Readonly<Record<string, number>>;
  readonly example: string;
}

const writings: Readonly<Record<Exclude<FactUnit, 'text'>, Writing>> = {
  ns: { suffixes: times, example: 'a time: 500us, 5ms, 1.5s' },
  bytes: { suffixes: sizes, example: 'a size: 64KiB, 10MB, 1GiB' },
  'bytes/s': { suffixes: rates, example: 'a rate: 10MB/s, 1GiB/s' },
  share: { suffixes: { '%': 0.01, '': 1 }, example: 'a share: 20% or 0.2' },
  ratio: { suffixes: { '': 1, x: 1 }, example: 'a plain number: 1.5' },
  count: { suffixes: { '': 1 }, example: 'a plain number: 10' },
  '/s': { suffixes: { '/s': 1, '': 1 }, example: 'a number a second: 5 or 5/s' },
};

const quantity = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(\S*)\s*$/i;

/**
 * A quantity as people write it (`5ms`, `10MB`, `20%`, 3), in the unit of a fact; null where it is none of that unit. 0 needs no unit.
 * @see howToWrite for what to tell them then
 */
export function parseQuantity(written: string | number, unit: FactUnit): number | null {
  if (unit === 'text') {
    return null;
  }
  const { suffixes } = writings[unit];
  const [, digits = '', suffix = ''] = quantity.exec(String(written)) ?? [];
  const number = digits === '' ? NaN : Number(digits);
  if (!Number.isFinite(number)) {
    return null;
  }
  if (suffix === '' && number === 0) {
    return 0;
  }
  const worth = Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
  return worth === undefined ? null : number * worth;
}

/** What a value of this unit looks like, for messages: `a time: 500us, 5ms, 1.5s`. */
export function howToWrite(unit: FactUnit): string {
  return unit === 'text' ? 'a text' : writings[unit].example;
}

/** A number of this unit as people read it: `141 ms`, `82 %`, `12.3 MB`. */
export function formatQuantity(value: number, unit: FactUnit): string {
  switch (unit) {
    case 'ns':
      return duration(value);
    case 'bytes':
      return byteSize(value);
    case 'bytes/s':
      return `${byteSize(value)}/s`;
    case 'share':
      return value < 0 ? `-${percent(-value)}` : percent(value);
    case 'ratio':
      return threeDigits(value);
    case '/s':
      return `${threeDigits(value)}/s`;
    case 'count':
      return Number.isInteger(value) ? value.toLocaleString('en-US') : threeDigits(value);
    case 'text':
      return String(value);
  }
}

/** `12.3 MB`: three digits, powers of 1000. */
export function byteSize(value: number): string {
  const units = [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const;
  const [size, unit] = units.find(([bytes]) => Math.abs(value) >= bytes * 0.9995) ?? [1, 'B'];
  return `${threeDigits(value / size)} ${unit}`;
}

function threeDigits(value: number): string {
  const digits = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-US');
}

/** `34 map samples`: how many of what a figure rests on. */
export function counted(amount: number, noun: string): string {
  return count(amount, noun, `${noun}s`);
}
