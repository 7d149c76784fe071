import { type Int64, leastInt64 } from './int64';

interface Unit {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly factor: number;
}

interface UnitFamily {
  readonly units: readonly Unit[];
  /** What values too small for any unit are told in. */
  readonly smallest: Unit;
}

const kibi = 1024;
const bytesUnit: Unit = { name: 'B', aliases: ['b', 'byte'], factor: 1 };
const gcu: Unit = { name: 'GCU', aliases: ['gcu'], factor: 1 };

/** Units that `go tool pprof` converts (google/pprof internal/measurement). */
const families: readonly UnitFamily[] = [
  {
    units: [
      bytesUnit,
      { name: 'kB', aliases: ['kb', 'kbyte', 'kilobyte'], factor: kibi },
      { name: 'MB', aliases: ['mb', 'mbyte', 'megabyte'], factor: kibi ** 2 },
      { name: 'GB', aliases: ['gb', 'gbyte', 'gigabyte'], factor: kibi ** 3 },
      { name: 'TB', aliases: ['tb', 'tbyte', 'terabyte'], factor: kibi ** 4 },
      { name: 'PB', aliases: ['pb', 'pbyte', 'petabyte'], factor: kibi ** 5 },
    ],
    smallest: bytesUnit,
  },
  {
    units: [
      { name: 'ns', aliases: ['ns', 'nanosecond'], factor: 1 },
      { name: 'us', aliases: ['us', 'microsecond'], factor: 1e3 },
      { name: 'ms', aliases: ['ms', 'millisecond'], factor: 1e6 },
      { name: 's', aliases: ['s', 'sec', 'second'], factor: 1e9 },
      { name: 'hrs', aliases: ['hour', 'hr'], factor: 3600e9 },
    ],
    smallest: { name: 's', aliases: [], factor: 1e9 },
  },
  {
    units: [
      { name: 'n*GCU', aliases: ['nanogcu'], factor: 1e-9 },
      { name: 'u*GCU', aliases: ['microgcu'], factor: 1e-6 },
      { name: 'm*GCU', aliases: ['milligcu'], factor: 1e-3 },
      gcu,
      { name: 'k*GCU', aliases: ['kilogcu'], factor: 1e3 },
      { name: 'M*GCU', aliases: ['megagcu'], factor: 1e6 },
      { name: 'G*GCU', aliases: ['gigagcu'], factor: 1e9 },
      { name: 'T*GCU', aliases: ['teragcu'], factor: 1e12 },
      { name: 'P*GCU', aliases: ['petagcu'], factor: 1e15 },
    ],
    smallest: gcu,
  },
];

const plainUnits = ['count', 'sample', 'unit', 'minimum', 'auto'];

/** A value in a unit; '' where the unit goes without saying. */
export interface ScaledValue {
  readonly value: number;
  readonly unit: string;
}

/** Converts a value as `go tool pprof` does; `minimum` and `auto` pick the largest unit in which the value is one at least. */
export function scaleValue(value: Int64, fromUnit: string, toUnit: string): ScaledValue {
  const number = Number(value);
  // The least int64 has no positive counterpart there.
  if (number < 0 && value !== leastInt64) {
    const positive = scaleValue(-value, fromUnit, toUnit);
    return { value: -positive.value, unit: positive.unit };
  }
  for (const family of families) {
    const from = findUnit(family, fromUnit);
    if (from !== undefined) {
      return convert(number * from.factor, family, toUnit);
    }
  }
  return { value: number, unit: plainUnits.includes(toUnit) ? '' : toUnit };
}

/** Whether both are units of bytes, of time, or of processors. */
export function isSameKindOfUnit(a: string, b: string): boolean {
  return families.some((family) => findUnit(family, a) !== undefined && findUnit(family, b) !== undefined);
}

function convert(base: number, family: UnitFamily, toUnit: string): ScaledValue {
  const wanted = toUnit === 'minimum' || toUnit === 'auto' ? largestUnit(family, base) : findUnit(family, toUnit);
  const { name, factor } = wanted ?? family.smallest;
  return { value: base / factor, unit: name };
}

function largestUnit(family: UnitFamily, base: number): Unit | undefined {
  return family.units.findLast(({ factor }) => base / factor >= 1);
}

function findUnit(family: UnitFamily, name: string): Unit | undefined {
  const lower = name.toLowerCase();
  const singular = lower.length > 2 && lower.endsWith('s') ? lower.slice(0, -1) : lower;
  return family.units.find(({ aliases }) => aliases.includes(singular));
}

/** A value with its unit as `go tool pprof` prints it: two decimals unless it is whole. */
export function formatValue(value: Int64, fromUnit: string, toUnit: string): string {
  const scaled = scaleValue(value, fromUnit, toUnit);
  const digits = roundDecimal(scaled.value, 2).replace(/\.00$/, '');
  return digits === '0' || digits === '-0' ? '0' : digits + scaled.unit;
}

/** Share of a total as `go tool pprof` prints it, six characters wide. */
export function formatPercentage(value: Int64, total: Int64): string {
  const percent = Number(total) === 0 ? 0 : Math.abs(Number(value) / Number(total)) * 100;
  if (percent >= 99.95 && percent <= 100.05) {
    return '  100%';
  }
  const digits = percent >= 1 ? roundDecimal(percent, 2) : roundSignificant(percent, 2);
  return `${digits.padStart(5)}%`;
}

/** `%.nf` of C and Go: the exact binary value rounded half to even, where toFixed rounds half up. */
function roundDecimal(value: number, decimals: number): string {
  const magnitude = Math.abs(value);
  const exact = magnitude < 1e21 ? magnitude.toFixed(60) : `${BigInt(magnitude)}.${'0'.repeat(60)}`;
  const digits = exact.slice(0, exact.length - 60 + decimals);
  const rounded = isUp(exact.slice(digits.length), digits) ? increment(digits) : digits;
  return (value < 0 || Object.is(value, -0) ? '-' : '') + rounded;
}

/** `%.ng` of C and Go. */
function roundSignificant(value: number, digits: number): string {
  if (value === 0) {
    return '0';
  }
  const [mantissa = '', exponentText = '0'] = value.toExponential(60).split('e');
  const kept = mantissa.slice(0, digits + 1);
  let rounded = isUp(mantissa.slice(digits + 1), kept) ? increment(kept) : kept;
  let exponent = Number(exponentText);
  if (rounded.startsWith('10.')) {
    rounded = rounded.replace(/^10\./, '1.0').slice(0, digits + 1);
    exponent++;
  }
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? '-' : '+';
    return `${trimZeros(rounded)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return trimZeros(Number(`${rounded}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent)));
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** Whether the cut-off tail rounds the kept digits up: more than half, or half where the last kept digit is odd. */
function isUp(tail: string, kept: string): boolean {
  const first = tail[0] ?? '0';
  if (first !== '5') {
    return first > '5';
  }
  return /[1-9]/.test(tail.slice(1)) || Number(kept.at(-1)) % 2 === 1;
}

/** Adds one to the last digit of a decimal number. */
function increment(digits: string): string {
  const characters = [...digits];
  for (let index = characters.length - 1; index >= 0; index--) {
    const character = characters[index] ?? '0';
    if (character === '.') {
      continue;
    }
    if (character !== '9') {
      characters[index] = String(Number(character) + 1);
      return characters.join('');
    }
    characters[index] = '0';
  }
  return `1${characters.join('')}`;
}
