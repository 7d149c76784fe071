import type { Environment } from '../bridge';

/** The first of some variables that is set; an empty one counts as none. */
export function valueOf(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}
