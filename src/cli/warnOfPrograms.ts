import { programsDiffer } from '../correlate';
import type { Profile } from '../pprof';

/** Says on stderr where profiles are not of one program: they are added up, or subtracted, all the same, for comparing builds is a use of it. */
export function warnOfPrograms([first, ...others]: readonly Profile[]): void {
  const reasons = new Set(others.flatMap((other) => (first === undefined ? [] : programsDiffer(first, other))));
  if (reasons.size > 0) {
    process.stderr.write(
      `gclens: these profiles are not all of one program (${[...reasons].join('; ')}): what has the same name is taken for the same\n`,
    );
  }
}
