import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

import { type Command, Option } from 'commander';

import { encodeProfile, type Profile } from '../pprof';
import { writingTo } from './outputError';
import { combineGiven, type FromOptions, fromOption, readProfile } from './readProfile';
import { warnOfPrograms } from './warnOfPrograms';

interface ConvertFlags extends FromOptions {
  readonly output?: string;
}

/** `gclens convert FILE…`: a profile that a trace holds, a profile of an older format, or a sum of several, as a file that `go tool pprof` opens. */
export function registerConvert(program: Command): void {
  program
    .command('convert')
    .description('write a profile that an execution trace holds as a file that `go tool pprof` opens')
    .argument('<files...>', 'an execution trace, or a profile; several of one kind are added up')
    .addOption(new Option('--to <format>', 'pprof: gzip-compressed profile.proto').choices(['pprof']).default('pprof'))
    .addOption(fromOption())
    .option('--labels', 'label waits with goroutine, task and region too, as CPU samples and assists are')
    .option('-o, --output <file>', 'where to write it (default: stdout)')
    .action(convert);
}

async function convert(
  files: readonly string[],
  { output, from, labels = from === 'cpu' || from === 'assist' }: ConvertFlags,
  command: Command,
): Promise<void> {
  if (output === undefined && process.stdout.isTTY) {
    command.error('error: a profile is no text to be printed; name a file with -o FILE, or redirect stdout', { exitCode: 2 });
  }
  const profiles: Profile[] = [];
  for (const file of files) {
    profiles.push(await readProfile(file, { ...(from === undefined ? {} : { from }), labels }, command));
  }
  const [only] = profiles;
  warnOfPrograms(profiles);
  const profile = profiles.length === 1 && only !== undefined ? only : combineGiven(profiles);
  for (const { text } of profile.notices) {
    process.stderr.write(`gclens: ${text}\n`);
  }
  const bytes = gzipSync(encodeProfile(profile));
  await (output === undefined ? print(bytes) : writingTo(output, () => writeFile(output, bytes)));
}

async function print(bytes: Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) {
    await once(process.stdout, 'drain');
  }
}
