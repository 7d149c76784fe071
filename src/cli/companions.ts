import type { Command } from 'commander';

import type { Notice, WorkOptions } from '../base';
import {
  type AnalyzedTrace,
  analyzeTrace,
  type AppSpan,
  type Capture,
  findStrangers,
  otherProgramNotices,
  parseOtlpSpans,
} from '../correlate';
import { decodeTrace, type Trace } from '../gotrace';
import { decodeProfile, isCpuProfile, type Profile } from '../pprof';
import { describeKind, naming, readCapture, reportDamage } from './input';
import { namesApart } from './names';
import { WrongUse } from './wrongUse';

/** What a command was given, by kind. */
export interface Inputs {
  readonly traces: readonly { readonly name: string; readonly sha256: string; readonly bytes: Uint8Array }[];
  readonly profiles: readonly { readonly name: string; readonly sha256: string; readonly profile: Profile }[];
  readonly spanFiles: readonly { readonly name: string; readonly spans: readonly AppSpan[] }[];
  /** What is broken in these files beside what a trace itself tells: their gzip, documents that are cut off. */
  readonly damage: readonly Damage[];
}

/** What is broken in a file, of which the rest is used. */
export interface Damage {
  readonly file: string;
  readonly text: string;
}

/** Options of how files are seen together. */
export interface TogetherOptions {
  readonly startTime?: bigint;
  readonly joinAnyway?: boolean;
}

/** Adds `--join-anyway`. */
export function withJoinOption(command: Command): Command {
  return command.option('--join-anyway', 'join files also where they are of another process, build or moment than the trace');
}

/** A file that an option names, which tells what it has to be. */
interface OptionFile {
  readonly path: string;
  readonly option: keyof typeof kindOfOption;
}

const kindOfOption = { '--profile': 'pprof', '--app-spans': 'otlp-spans' } as const;

/** The files of a command that has `--profile` and `--app-spans`. */
export function givenFiles(
  files: readonly string[],
  { profile, appSpans }: { readonly profile?: string; readonly appSpans?: string },
): readonly (string | OptionFile)[] {
  return [
    ...files,
    ...(profile === undefined ? [] : [{ path: profile, option: '--profile' } as const]),
    ...(appSpans === undefined ? [] : [{ path: appSpans, option: '--app-spans' } as const]),
  ];
}

/**
 * Reads files of any kind. What is broken in a file goes to stderr and sets exit code 1.
 * @param others further files of the command, which names have to tell these from
 * @throws GclensError that names the file; WrongUse where a file is not what its option takes, and where all are spans, from which alone nothing is answered
 */
export async function readInputs(
  files: readonly (string | OptionFile)[],
  work: WorkOptions = {},
  others: readonly string[] = [],
): Promise<Inputs> {
  const traces: Inputs['traces'][number][] = [];
  const profiles: Inputs['profiles'][number][] = [];
  const spanFiles: Inputs['spanFiles'][number][] = [];
  const damage: Damage[] = [];
  const note = (file: string, notices: readonly Notice[]) => damage.push(...notices.map(({ text }) => ({ file, text })));
  const names = namesApart([...files.map(pathOf), ...others]);
  for (const file of files) {
    const path = pathOf(file);
    const { info, bytes, notices: broken } = await readCapture(path, work, names.get(path));
    const { name, sha256 } = info;
    if (typeof file !== 'string' && info.kind !== kindOfOption[file.option]) {
      throw new WrongUse(`${file.option} takes ${describeKind(kindOfOption[file.option])}, and this is ${describeKind(info.kind)}`, {
        file: name,
      });
    }
    note(name, broken);
    if (info.kind === 'pprof') {
      const profile = await naming(name, () => decodeProfile(bytes));
      if (typeof file !== 'string' && !isCpuProfile(profile)) {
        throw new WrongUse(`${file.option} takes a CPU profile, and this is one of another kind`, {
          file: name,
          advice: 'name it among the files',
        });
      }
      profiles.push({ name, sha256, profile });
    } else if (info.kind === 'otlp-spans') {
      const { spans, notices } = await naming(name, () => parseOtlpSpans(bytes));
      reportDamage(name, notices);
      note(name, notices);
      spanFiles.push({ name, spans });
    } else {
      traces.push({ name, sha256, bytes });
    }
  }
  if (spanFiles.length > 0 && spanFiles.length === files.length) {
    throw new WrongUse(`there are spans in ${spanFiles.map(({ name }) => name).join(', ')}, and no capture that they go with`, {
      advice: 'name an execution trace or a profile too',
    });
  }
  return { traces, profiles, spanFiles, damage };
}

function pathOf(file: string | OptionFile): string {
  return typeof file === 'string' ? file : file.path;
}

/** Files of one process and moment as captures; a file that does not belong is told by the notices of the trace. */
export async function analyzeInputs(inputs: Inputs, options: TogetherOptions, work: WorkOptions = {}): Promise<Capture[]> {
  const captures = profileCaptures(inputs);
  for (const { name, sha256, bytes } of inputs.traces) {
    const analyzed = await naming(name, async () => analyzeDecoded(await decodeTrace(bytes, work), inputs, options, work));
    captures.push({ kind: 'trace', name, sha256, analyzed });
  }
  return captures;
}

/**
 * Files of several moments as runs: each trace with the profiles that belong to it, and with all where `joinAnyway` asks for it. Without two traces all are one
 * run.
 */
export async function analyzeRuns(inputs: Inputs, options: TogetherOptions, work: WorkOptions = {}): Promise<Capture[][]> {
  if (inputs.traces.length < 2) {
    return [await analyzeInputs(inputs, options, work)];
  }
  const runs: Capture[][] = [];
  for (const { name, sha256, bytes } of inputs.traces) {
    const run = await naming(name, async (): Promise<Capture[]> => {
      const trace = await decodeTrace(bytes, work);
      const alone = await analyzeTrace(trace, work);
      const { strangers } = findStrangers(
        [{ kind: 'trace', name, sha256, analyzed: alone }, ...profileCaptures(inputs)],
        options.joinAnyway ?? false,
      );
      const left = new Set(Array.from(strangers, ({ profile }) => profile));
      const own = { ...inputs, profiles: inputs.profiles.filter(({ profile }) => !left.has(profile)) };
      const analyzed = await analyzeDecoded(trace, own, options, work, alone);
      return [...profileCaptures(own), { kind: 'trace', name, sha256, analyzed }];
    });
    runs.push(run);
  }
  return runs;
}

function profileCaptures({ profiles }: Inputs): Capture[] {
  return profiles.map((profile) => ({ kind: 'pprof', ...profile }));
}

function analyzeDecoded(
  trace: Trace,
  { profiles, spanFiles }: Inputs,
  { startTime, joinAnyway = false }: TogetherOptions,
  work: WorkOptions,
  alone?: AnalyzedTrace,
): Promise<AnalyzedTrace> {
  const [cpu, ...others] = profiles.filter(({ profile }) => isCpuProfile(profile));
  return analyzeTrace(trace, {
    ...work,
    ...(alone === undefined ? {} : { alone }),
    ...(cpu === undefined ? {} : { profile: cpu.profile, otherProfiles: others.map(({ profile }) => profile) }),
    ...(spanFiles.length === 0 ? {} : { appSpans: spanFiles.flatMap(({ spans }) => spans) }),
    ...(startTime === undefined ? {} : { wallUnixNs: startTime }),
    joinAnyway,
    names: {
      ...(cpu === undefined ? {} : { profile: cpu.name, otherProfiles: others.map(({ name }) => name) }),
      appSpans: spanFiles.map((file) => file.name).join(', '),
    },
  });
}

/** Says on stderr what a reader must know of captures; a damaged trace sets exit code 1. */
export function reportCaptures(captures: readonly Capture[], joinAnyway = false): void {
  for (const capture of captures) {
    for (const { severity, text } of capture.kind === 'trace' ? capture.analyzed.notices : capture.profile.notices) {
      process.stderr.write(`${capture.name}: ${severity}: ${text}\n`);
    }
    if (capture.kind === 'trace' && capture.analyzed.trace.damage !== null) {
      process.exitCode = 1;
    }
  }
  for (const { severity, text } of findStrangers(captures, joinAnyway).notices) {
    process.stderr.write(`${severity}: ${text}\n`);
  }
}

/** Says on stderr where captures are compared with those of another program. */
export function warnOfOtherProgram(captures: readonly Capture[], baseline: readonly Capture[]): void {
  for (const { text } of otherProgramNotices(captures, baseline)) {
    process.stderr.write(`gclens: ${text}\n`);
  }
}
