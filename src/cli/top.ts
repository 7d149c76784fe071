import { once } from 'node:events';

import { type Command, InvalidArgumentError, Option } from 'commander';

import { GclensError } from '../base';
import { bytesOfText, type Profile } from '../pprof';
import type { TraceProfileKind } from '../runtime';
import { heapTypesOf } from './heapTypes';
import { localTimeZone } from './localTime';
import { combineGiven, fromOption, readProfile } from './readProfile';
import { addReportOptions, formatReport, type ReportFlags } from './topOptions';
import { warnOfPrograms } from './warnOfPrograms';

/** What of a trace is no profile, for it has no stacks. */
const heapTypes = 'alloc';

type ProfileFlags = ReportFlags & {
  readonly from?: TraceProfileKind;
  readonly base?: string;
  readonly diffBase?: string;
};
type TopFlags = Omit<ProfileFlags, 'from'> & {
  readonly from?: TraceProfileKind | typeof heapTypes;
  readonly at?: number;
};

/** `gclens top`: the functions of profiles, printed as `go tool pprof -top -symbolize=none` prints them. */
export function registerTop(program: Command): void {
  const command = program
    .command('top')
    .description('functions of a profile by their own value, as `go tool pprof -top` prints them')
    .argument('<files...>', 'profiles of one kind, which are added up, or execution traces with --from; their program may come first');
  addReportOptions(command)
    .option('--base <file>', 'subtract this profile')
    .addOption(new Option('--diff-base <file>', 'subtract this profile; percentages are of it').conflicts('base'))
    .addOption(fromOption(heapTypes, 'objects of the heap by type (GODEBUG=traceallocfree=1)'))
    .option('--at <ms>', 'with --from alloc: at this time since the start of the trace (default: at its end)', parseMilliseconds)
    .action(async (files: readonly string[], { from, at, ...flags }: TopFlags, command: Command) => {
      if (from !== heapTypes) {
        await top(files, from === undefined ? flags : { ...flags, from }, command);
        return;
      }
      const maxRows = flags.nodecount === 0 ? undefined : flags.nodecount;
      for (const file of files) {
        process.stdout.write(await heapTypesOf(file, { at, maxRows }));
      }
    });
}

function parseMilliseconds(text: string): number {
  if (!/^\d{1,12}(\.\d+)?$/.test(text)) {
    throw new InvalidArgumentError('give a number of milliseconds.');
  }
  return Number(text);
}

async function top(files: readonly string[], flags: ProfileFlags, command: Command): Promise<void> {
  const read = (path: string): Promise<Profile> =>
    readProfile(path, { ...flags, labels: flags.selector !== undefined || flags.tags === true }, command);
  const { profiles, program } = await readProfiles(files, read);
  // As there, an empty name is none.
  const baseFile = flags.base || flags.diffBase || undefined;
  const base = baseFile === undefined ? null : { profile: await read(baseFile), isDiff: flags.diffBase !== undefined };
  warnOfPrograms([...profiles, ...(base === null ? [] : [base.profile])]);
  const profile = nameProgram(combineGiven(profiles, base), program);
  profile.notices.forEach(({ text }) => warn(text));
  for (const part of formatReport(profile, flags, warn, await localTimeZone())) {
    if (!process.stdout.write(bytesOfText(part))) {
      await once(process.stdout, 'drain');
    }
  }
}

/** The program as its first mapping names it. */
function nameProgram(profile: Profile, program: string | null): Profile {
  const [main, ...others] = profile.mappings;
  return program === null || main === undefined ? profile : { ...profile, mappings: [{ ...main, file: program }, ...others] };
}

interface Read {
  readonly profiles: Profile[];
  /** Path of the program, where it comes first, as with `go tool pprof`; null without. */
  readonly program: string | null;
}

/**
 * The profiles that can be read; the others are named on stderr, and the exit code is 1.
 * @throws GclensError when none can
 */
async function readProfiles(paths: readonly string[], read: (path: string) => Promise<Profile>): Promise<Read> {
  const profiles: Profile[] = [];
  let program: string | null = null;
  const errors: GclensError[] = [];
  for (const path of paths) {
    try {
      profiles.push(await read(path));
    } catch (error) {
      if (!(error instanceof GclensError)) {
        throw error;
      }
      if (path === paths[0] && paths.length > 1 && error.details.looksLike?.startsWith('a program') === true) {
        program = path;
      } else {
        errors.push(error);
      }
    }
  }
  const [first] = errors;
  if (first !== undefined && profiles.length === 0) {
    throw first;
  }
  for (const { message } of errors) {
    warn(message);
    process.exitCode = 1;
  }
  return { profiles, program };
}

function warn(text: string): void {
  process.stderr.write(`gclens: ${text}\n`);
}
