import type { Command } from 'commander';

import { parseRuleFile, type RuleFile, RuleFileError } from '../correlate';
import { views } from '../frames';
import { readBytes } from './input';
import { asWrongUse } from './wrongUse';

/**
 * Reads a rule file. One that is wrong is wrong use: all that is wrong with it goes to stderr, a line each, and the exit code is 2.
 * @throws CommanderError; WrongUse when it cannot be read
 */
export async function readRuleFile(path: string, command: Command): Promise<RuleFile> {
  const text = new TextDecoder().decode(
    await readBytes(path).catch((error: unknown) => {
      throw asWrongUse(error);
    }),
  );
  try {
    return parseRuleFile(text, { file: path, views });
  } catch (error) {
    if (error instanceof RuleFileError) {
      command
        .configureOutput({
          outputError: (message, write) => {
            write(message);
          },
        })
        .showHelpAfterError(false);
      command.error(error.message, { exitCode: 2 });
    }
    throw error;
  }
}
