import type { TimeZone } from '../base';

const msNs = 1_000_000n;
const secondNs = 1_000_000_000n;
const daySeconds = 86_400n;
/** Days of the 400 years after which the calendar begins anew. */
const eraDays = 146_097n;
/** Days from March 1 of the year 0 to the Unix epoch. */
const epochDays = 719_468n;

/** A wall clock as Go's time.RFC3339Nano in UTC: any year that 64 bits of seconds reach, and as many digits of the second as it takes. */
export function formatWall(unixNs: bigint): string {
  const nanoseconds = modulo(unixNs, secondNs);
  const seconds = (unixNs - nanoseconds) / secondNs;
  const second = Number(modulo(seconds, daySeconds));
  const date = formatDate((seconds - BigInt(second)) / daySeconds);
  const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map((part) => pad(part, 2)).join(':');
  const fraction = pad(nanoseconds, 9).replace(/0+$/, '');
  return `${date}T${clock}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** Wall clocks of a zone, as `formatWall` writes those of UTC. */
export function wallFormatter(timeZone: TimeZone): (unixNs: bigint) => string {
  return (unixNs) => {
    const { offsetMinutes } = timeZone(Number(unixNs / msNs));
    const shownNs = unixNs + BigInt(Math.round(offsetMinutes * 60)) * secondNs;
    return formatWall(shownNs).slice(0, -1) + formatOffset(Math.trunc(offsetMinutes));
  };
}

function formatOffset(minutes: number): string {
  const absolute = Math.abs(minutes);
  return minutes === 0 ? 'Z' : `${minutes < 0 ? '-' : '+'}${pad(Math.floor(absolute / 60), 2)}:${pad(absolute % 60, 2)}`;
}

/** The proleptic Gregorian date of a number of days since the Unix epoch, counted from March on so that leap days end a year. */
function formatDate(daysSinceEpoch: bigint): string {
  const days = daysSinceEpoch + epochDays;
  const day = Number(modulo(days, eraDays));
  const era = (days - BigInt(day)) / eraDays;
  const yearOfEra = Math.floor((day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365);
  const dayOfYear = day - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400n + BigInt(yearOfEra + (month <= 2 ? 1 : 0));
  return `${year < 0n ? '-' : ''}${pad(year < 0n ? -year : year, 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}`;
}

function modulo(value: bigint, divisor: bigint): bigint {
  return ((value % divisor) + divisor) % divisor;
}

function pad(value: number | bigint, digits: number): string {
  return String(value).padStart(digits, '0');
}
