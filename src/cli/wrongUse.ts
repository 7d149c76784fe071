import type { Command } from 'commander';

import { GclensError, type ReadErrorDetails } from '../base';

/** What the command cannot answer however whole its files are: options that do not fit, files of another kind than it takes. Ends with exit code 2. */
export class WrongUse extends GclensError {
  override with(details: ReadErrorDetails): WrongUse {
    return new WrongUse(this.reason, { ...details, ...this.details });
  }
}

/** What an option is refused by, as wrong use; what is no refusal is given back. */
export function asWrongUse(error: unknown): unknown {
  return error instanceof GclensError ? new WrongUse(error.reason, error.details) : error;
}

/** What `read` gives. What it refuses is wrong use: an option that it reads. @throws WrongUse */
export function readingOption<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asWrongUse(error);
  }
}

/** A wrong address or setting is wrong use. Commander's own message would repeat the argument, and with it a password. */
export function orWrongUse<T>(command: Command, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return command.error(`error: ${error instanceof GclensError ? error.message : String(error)}`, { exitCode: 2 });
  }
}
