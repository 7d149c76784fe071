import { InvalidArgumentError } from 'commander';

import { parseRfc3339 } from '../runtime';

/** The value of --start-time as Unix ns: RFC 3339 or a number of ns. @throws InvalidArgumentError, which ends with exit code 2 */
export function parseStartTime(text: string): bigint {
  const time = /^\d+$/.test(text) ? BigInt(text) : parseRfc3339(text);
  if (time === null) {
    throw new InvalidArgumentError('give a time as 2026-11-23T10:00:00.123456789Z or as Unix nanoseconds.');
  }
  return time;
}
