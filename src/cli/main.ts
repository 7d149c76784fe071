#!/usr/bin/env node
import { Command, CommanderError } from 'commander';

import { isAbort, toGclensError } from '../base';
import { registerCompare } from './compare';
import { registerCapture } from './capture';
import { registerCheck } from './check';
import { registerConvert } from './convert';
import { registerDump } from './dump';
import { registerFacts } from './facts';
import { registerFrames } from './frames';
import { registerIdentity } from './identity';
import { registerMaps } from './maps';
import { registerOpen } from './open';
import { registerReport } from './report';
import { registerSpans } from './spans';
import { registerTop } from './top';
import { registerWatch } from './watch';
import { WrongUse } from './wrongUse';
import { version } from '../../package.json';

/** Exit codes: 0 fine, 1 the answer is no (damaged file, not all spans accepted), 2 wrong use (options, files of another kind). */
const exitNo = 1;
const exitWrongUse = 2;

async function main(): Promise<void> {
  const program = new Command('gclens')
    .description('GC against map iteration in Go profiles and execution traces')
    .version(version)
    .showHelpAfterError('(gclens --help shows the commands)')
    .exitOverride();
  for (const register of [
    registerOpen,
    registerCapture,
    registerDump,
    registerFacts,
    registerIdentity,
    registerMaps,
    registerCompare,
    registerReport,
    registerCheck,
    registerTop,
    registerConvert,
    registerFrames,
    registerSpans,
    registerWatch,
  ]) {
    register(program);
  }
  for (const command of program.commands) {
    command.exitOverride();
  }
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

function reportError(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : exitWrongUse;
  }
  process.stderr.write(`gclens: ${isAbort(error) ? 'cancelled' : toGclensError(error).message}\n`);
  return error instanceof WrongUse ? exitWrongUse : exitNo;
}

// A reader that stops early (`gclens dump … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') {
    process.exit(0);
  }
  process.stderr.write(`gclens: the output cannot be written: ${error.message}\n`);
  process.exit(exitNo);
});

await main();
