/** What clocks of a place show. */
export interface ZoneTime {
  /** East of Greenwich. */
  readonly offsetMinutes: number;
  /** As the tz database has it: CET, or -03 where there are no letters. */
  readonly abbreviation: string;
}

/** A place, by what its clocks show at a time. */
export type TimeZone = (unixMs: number) => ZoneTime;

/** The zone of what is to be the same on every machine. */
export const utc: TimeZone = () => ({ offsetMinutes: 0, abbreviation: 'UTC' });
