/** A time that stands in a path. */
export interface TimeOfName {
  readonly unixMs: number;
  /** Where it stands. */
  readonly start: number;
  readonly end: number;
}

/** Between two numbers of a date: `-`, `/`, nothing, or the key of a partition as in `day=27`. */
const gap = '[-_./: ]?(?:[a-z]{1,9}=)?';
const time = `(\\d{4})${gap}(\\d{2})${gap}(\\d{2})(?:T|t|${gap})(\\d{2})${gap}(\\d{2})(?:${gap}(\\d{2})(?:[.,](\\d{1,9})(?!\\d))?)?(Z|z|[+-]\\d{2}:?\\d{2})?`;

/** Source of a regular expression for what {@link timeOfName} reads, with no group that captures. */
export const timeSource = `(?:${time.replace(/\((?!\?)/g, '(?:')}|1\\d{9}(?:\\d{3}){0,3})`;

const dates = new RegExp(`(?<!\\d)${time}(?!\\d)`, 'g');
const unixTimes = /(?<!\d)1\d{9}(?:\d{3}){0,3}(?!\d)/g;

/**
 * The last time in a path: ISO 8601 with any separators or none (`2026-11-27T09-34-57Z`, `20261127T093457`, `2026/11/27/09-34`, `day=27`), with or without seconds and
 * fraction, or Unix time in s, ms, µs or ns. UTC where no zone stands. Undefined where there is none.
 */
export function timeOfName(path: string): TimeOfName | undefined {
  const found = [...path.matchAll(dates)].flatMap((match) => timed(match, unixMsOfDate(match)));
  const all = found.length > 0 ? found : [...path.matchAll(unixTimes)].map((match) => placed(match, unixMsOfDigits(match[0])));
  return all.at(-1);
}

function timed(match: RegExpExecArray, unixMs: number | undefined): TimeOfName[] {
  return unixMs === undefined ? [] : [placed(match, unixMs)];
}

function placed(match: RegExpExecArray, unixMs: number): TimeOfName {
  return { unixMs, start: match.index, end: match.index + match[0].length };
}

/** Undefined where the numbers are no date of this century. */
function unixMsOfDate([, year, month, day, hour, minute, second = '0', fraction = '0', zone]: RegExpExecArray): number | undefined {
  const unixMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(unixMs);
  const isDate =
    Number(year) >= 2000 &&
    Number(year) < 2100 &&
    date.getUTCMonth() + 1 === Number(month) &&
    date.getUTCDate() === Number(day) &&
    date.getUTCHours() === Number(hour) &&
    Number(second) < 60;
  return isDate ? unixMs + Math.floor(Number(`0.${fraction}`) * 1000) - zoneMs(zone) : undefined;
}

function zoneMs(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '') ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function unixMsOfDigits(digits: string): number {
  return Math.floor(Number(digits) / 10 ** (digits.length - 13));
}
