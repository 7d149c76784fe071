import type { Command } from 'commander';

import { GclensError } from '../base';
import { parseRuleFile, type RuleFile, RuleFileError } from '../correlate';
import { views } from '../frames';
import { readBytes } from './input';
import { WrongUse } from './wrongUse';

/**
 * Reads a rule file. One that is wrong is wrong use: all that is wrong with it goes to stderr, a line each, and the exit code is 2.
 * @throws CommanderError; WrongUse when it cannot be read
 */
export async function readRuleFile(path: string, command: Command): Promise<RuleFile> {
  const text = new TextDecoder().decode(await readRules(path));
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

async function readRules(path: string): Promise<Uint8Array> {
  try {
    return await readBytes(path);
  } catch (error) {
    throw error instanceof GclensError ? new WrongUse(error.reason, error.details) : error;
  }
}
