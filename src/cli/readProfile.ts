import { type Command, Option } from 'commander';

import { GclensError } from '../base';
import { decodeTrace } from '../gotrace';
import { decodeWholeProfile, type Profile } from '../pprof';
import { traceProfile, type TraceProfileKind, traceProfileKinds } from '../runtime';
import { naming, readCapture } from './input';

/** Which profile is to be read out of a trace. */
export interface FromOptions {
  readonly from?: TraceProfileKind;
  /** Whether its samples are labelled. */
  readonly labels?: boolean;
}

/** `--from`: which profile of an execution trace is meant. */
export function fromOption(): Option {
  const meanings = 'waiting for the network, for other goroutines, for system calls or for a P; CPU samples; GC mark assists';
  return new Option('--from <profile>', `of an execution trace: ${meanings}`).choices(traceProfileKinds);
}

/**
 * Reads the profile that a file is, or that a trace holds, for `combineProfiles`. Notices go to stderr; a damaged trace sets exit code 1.
 * @throws GclensError that names the file; CommanderError where `--from` does not fit the file
 */
export async function readProfile(path: string, options: FromOptions, command: Command): Promise<Profile> {
  const { info, bytes, notices } = await readCapture(path);
  const { kind, name } = info;
  if (kind === 'otlp-spans') {
    throw new GclensError('this is no profile', {
      file: name,
      looksLike: 'spans in OTLP JSON',
      advice: 'give a profile or an execution trace',
    });
  }
  const isTrace = kind !== 'pprof';
  if (isTrace !== (options.from !== undefined)) {
    const wrong = isTrace
      ? `holds several profiles; name one with --from ${traceProfileKinds.join('|')}`
      : 'is a profile; --from is for execution traces';
    command.error(`error: ${name} ${wrong}`, { exitCode: 2 });
  }
  const profile = await naming(name, () => (isTrace ? readTraceProfile(bytes, options) : decodeWholeProfile(bytes)));
  for (const { severity, text } of [...notices, ...profile.notices]) {
    process.stderr.write(`gclens: ${name}: ${text}\n`);
    process.exitCode = severity === 'error' ? 1 : process.exitCode;
  }
  return { ...profile, notices: [] };
}

async function readTraceProfile(bytes: Uint8Array, { from = 'cpu', labels = false }: FromOptions): Promise<Profile> {
  return traceProfile(await decodeTrace(bytes), from, { labels });
}
