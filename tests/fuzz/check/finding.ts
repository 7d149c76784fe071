import { GclensError } from '../../../src/base';

/** Something that must not be: the case that showed it is kept. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

/** @throws Finding unless it holds */
export function demand(holds: boolean, what: () => string): void {
  if (!holds) {
    throw new Finding(what());
  }
}

/** What work gave, or the error that a user would see; any other error is thrown on. */
export async function readable<Result>(work: () => Result | Promise<Result>): Promise<Result | GclensError> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GclensError)) {
      throw error;
    }
    demandReadable(error);
    return error;
  }
}

/** One line, and none of gclens' own mistakes in it; what it quotes of a file may say anything. */
export function demandReadable({ message }: GclensError): void {
  const own = message.replace(/“[^”]*”/g, '“”');
  demand(!/\n|gclens itself failed|undefined|NaN|\[object/.test(own), () => `an error that nobody can read: ${message}`);
  demand(message.length < 2000, () => `an error of ${message.length} characters: ${message.slice(0, 200)}`);
}
