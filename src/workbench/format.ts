import { dateTimeFormat, getValueFormat } from '@grafana/data';

/** Nanoseconds as people read them: `1.24 ms`. */
export function formatNs(ns: number): string {
  return format('ns', ns, 2);
}

/** A share from 0 to 1 as percent. */
export function formatShare(share: number): string {
  return format('percentunit', share, share > 0 && share < 0.1 ? 1 : 0);
}

export function formatBytes(count: number): string {
  return format('decbytes', count, 1);
}

/** The day of a time, and the zone that all times of the page are in: `2026-11-23, UTC+01:00`. */
export function formatDay(timeMs: number): string {
  return dateTimeFormat(timeMs, { format: 'YYYY-MM-DD, [UTC]Z' });
}

function format(unit: string, value: number, decimals: number): string {
  const { text, suffix, prefix } = getValueFormat(unit)(value, decimals);
  return `${prefix ?? ''}${text}${suffix ?? ''}`;
}
