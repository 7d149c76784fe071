import { type TimeZone, utc } from '../base';

/** The zone of this machine, or of TZ, with the names that Go's tools print; UTC where that names no zone, as for them. */
export async function localTimeZone(): Promise<TimeZone> {
  // The zones of the world take a tenth of a second, which only who prints a time is to wait for.
  const { default: moment } = await import('moment-timezone');
  const zone = moment.tz.zone(Intl.DateTimeFormat().resolvedOptions().timeZone ?? '');
  return zone === null ? utc : (unixMs) => ({ offsetMinutes: -zone.utcOffset(unixMs), abbreviation: zone.abbr(unixMs) });
}
