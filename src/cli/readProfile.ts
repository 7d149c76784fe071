import { type Command, Option } from 'commander';

import { decodeTrace } from '../gotrace';
import { type BaseProfile, combineProfiles, decodeWholeProfile, type Profile, textOfBytes } from '../pprof';
import { traceProfile, type TraceProfileKind, traceProfileKinds } from '../runtime';
import { describeKind, naming, readCapture, reportNotices } from './input';
import { withProgress } from './progress';
import { readingOption, WrongUse } from './wrongUse';

/** Which profile is to be read out of a trace. */
export interface FromOptions {
  readonly from?: TraceProfileKind;
  /** Whether its samples are labelled. */
  readonly labels?: boolean;
}

/**
 * `--from`: which profile of an execution trace is meant.
 * @param more another choice, and what it means
 */
export function fromOption(...more: [] | [choice: string, meaning: string]): Option {
  const [choice, meaning] = more;
  const profiles = 'waiting for the network, for other goroutines, for system calls or for a P; CPU samples; GC mark assists';
  const meanings = [profiles, ...(meaning === undefined ? [] : [meaning])].join('; ');
  return new Option('--from <profile>', `of an execution trace: ${meanings}`).choices([
    ...traceProfileKinds,
    ...(choice === undefined ? [] : [choice]),
  ]);
}

/**
 * Reads the profile that a file is, or that a trace holds, for `combineProfiles`. Notices go to stderr; a damaged trace sets exit code 1.
 * @throws GclensError that names the file; WrongUse and CommanderError where `--from` does not fit the file
 */
export async function readProfile(path: string, { from, labels = false }: FromOptions, command: Command): Promise<Profile> {
  const { info, bytes } = await withProgress((work) => readCapture(path, work));
  const { kind, name } = info;
  if (kind === 'otlp-spans') {
    throw new WrongUse('this is no profile', { file: name, looksLike: describeKind(kind), advice: 'give a profile or an execution trace' });
  }
  if (kind === 'pprof' && from !== undefined) {
    command.error(`error: ${name} is a profile; --from is for execution traces`, { exitCode: 2 });
  }
  if (kind !== 'pprof' && from === undefined) {
    command.error(`error: ${name} holds several profiles; name one with --from ${traceProfileKinds.join('|')}`, { exitCode: 2 });
  }
  const profile = await naming(name, () =>
    withProgress(async (work) =>
      from === undefined
        ? decodeWholeProfile(bytes, { ...work, textOf: textOfBytes })
        : traceProfile(await decodeTrace(bytes, work), from, { ...work, labels }),
    ),
  );
  reportNotices(name, profile.notices);
  if (from !== undefined && profile.samples.length === 0) {
    process.stderr.write(`gclens: ${name}: this trace holds none of these: ${emptyBecause[from]}\n`);
  }
  return { ...profile, notices: [] };
}

/** Why a trace may have nothing for a profile. */
const emptyBecause: Readonly<Record<TraceProfileKind, string>> = {
  cpu: 'no CPU profile was running with it; take one meanwhile: curl -o cpu.pprof http://HOST/debug/pprof/profile?seconds=5',
  assist: 'no goroutine had to assist the GC while it ran',
  net: 'no goroutine waited for the network',
  sync: 'no goroutine waited for another one',
  syscall: 'no goroutine was in a system call that blocked',
  sched: 'no goroutine waited for a P',
};

/** One profile of several, minus a base. @throws WrongUse where they are not of one kind */
export function combineGiven(profiles: readonly Profile[], base: BaseProfile | null = null): Profile {
  const combine = () => combineProfiles(profiles, base);
  return profiles.length < 2 && base === null ? combine() : readingOption(combine);
}
