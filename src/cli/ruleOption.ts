import type { Command } from 'commander';

import { openCapture } from '../capture';
import { parseRuleFile, type RuleFile, RuleFileError } from '../correlate';
import { views } from '../frames';
import { describeKind, readBytes } from './input';
import { asWrongUse, WrongUse } from './wrongUse';

/**
 * Reads a rule file. One that is wrong is wrong use: all that is wrong with it goes to stderr, a line each, and the exit code is 2.
 * @throws CommanderError; WrongUse when it cannot be read
 */
export async function readRuleFile(path: string, command: Command): Promise<RuleFile> {
  const bytes = await readBytes(path).catch((error: unknown) => {
    throw asWrongUse(error);
  });
  await refuseCapture(bytes, path);
  const text = new TextDecoder().decode(bytes);
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

/** A capture in the place of the rules, and whatever else is no text. @throws WrongUse that says what it is */
async function refuseCapture(bytes: Uint8Array, file: string): Promise<void> {
  const kind = await openCapture(bytes, file).then(
    ({ info }) => info.kind,
    () => null,
  );
  if (kind !== null || bytes.includes(0)) {
    throw new WrongUse('this is no rule file', {
      file,
      looksLike: kind === null ? 'binary data' : describeKind(kind),
      advice: '--rules takes YAML with rules: or checks:',
    });
  }
}
