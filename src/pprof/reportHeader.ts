import { type TimeZone, utc } from '../base';
import { type Int64, truncateToInt64 } from './int64';
import { fileName } from './profileStacks';
import type { Profile, SampleType } from './profile';
import { totalValue } from './sampleValues';
import { formatPercentage, formatValue, scaleValue } from './units';

/** What a report counts: the sample type, what percentages refer to, and the unit that values are printed in. */
export interface ReportValues {
  readonly sampleType: SampleType;
  readonly total: Int64;
  readonly format: (value: Int64) => string;
}

/** @param outputUnit `minimum` gives each value a unit of its own */
export function reportValues(profile: Profile, sampleType: number, outputUnit: string): ReportValues {
  const type = profile.sampleTypes[sampleType] ?? { type: '', unit: '' };
  return { sampleType: type, total: totalValue(profile, sampleType), format: (value) => formatValue(value, type.unit, outputUnit) };
}

/** The lines about the profile as a whole that reports begin with (google/pprof internal/report, ProfileLabels). */
export function headerLines(
  profile: Profile,
  { sampleType: { type, unit }, total, format }: ReportValues,
  timeZone: TimeZone = utc,
): string[] {
  const main = profile.mappings[0];
  const lines: string[] = [];
  const add = (isKnown: boolean, line: string): void => {
    if (isKnown) {
      lines.push(line);
    }
  };
  add((main?.file ?? '') !== '', `File: ${fileName(main?.file ?? '')}`);
  add((main?.buildId ?? '') !== '', `Build ID: ${main?.buildId}`);
  for (const comment of profile.comments) {
    add(!comment.startsWith('#'), comment);
  }
  add(type !== '', `Type: ${type}`);
  add(profile.docUrl !== '', `Doc: ${profile.docUrl}`);
  add(profile.timeUnixNs !== 0n, `Time: ${formatTime(profile.timeUnixNs, timeZone)}`);
  if (profile.durationNs !== 0) {
    const totalNs = scaleValue(total, unit, 'nanoseconds');
    const share =
      totalNs.unit === 'ns' && totalNs.value !== 0 ? `(${formatPercentage(truncateToInt64(totalNs.value), profile.durationNs)})` : '';
    lines.push(`Duration: ${formatValue(profile.durationNs, 'nanoseconds', 'auto')}, Total samples = ${format(total)} ${share}`);
  }
  return lines;
}

function formatTime(unixNs: bigint, timeZone: TimeZone): string {
  const seconds = unixNs / 1_000_000_000n - (unixNs % 1_000_000_000n < 0n ? 1n : 0n);
  const unixMs = Number(seconds) * 1000;
  const { offsetMinutes, abbreviation } = timeZone(unixMs);
  const shown = new Date(unixMs + Math.round(offsetMinutes * 60) * 1000);
  return `${shown.toISOString().slice(0, 19).replace('T', ' ')} ${abbreviation}`;
}
