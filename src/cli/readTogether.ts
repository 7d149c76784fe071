import type { Notice } from '../base';
import { type Capture, findStrangers, holdsNothing } from '../correlate';
import { analyzeInputs, analyzeRuns, type Damage, type Inputs, readInputs, type TogetherOptions } from './companions';
import { withProgress } from './progress';

/** Captures that belong together. */
export interface Together {
  readonly captures: readonly Capture[];
  /** Files that do not belong to the others, and why. */
  readonly notices: readonly Notice[];
  /** What is broken in the files, and in what was left out of them. */
  readonly damage: readonly Damage[];
}

/**
 * Reads files of one process and moment, and leaves out those that are not.
 * @throws GclensError that names the file
 */
export async function readTogether(files: readonly string[], options: TogetherOptions = {}): Promise<Together> {
  const { inputs, all } = await withProgress(async (work) => {
    const read = await readInputs(files, work);
    return { inputs: read, all: await analyzeInputs(read, options, work) };
  });
  const { strangers, notices } = findStrangers(all, options.joinAnyway ?? false);
  return {
    captures: all.filter((capture) => capture.kind === 'trace' || !strangers.has(capture)),
    notices: [...notices, ...firstTrace(all).left],
    damage: [...inputs.damage, ...damageOf(all)],
  };
}

/**
 * Reads files of one or several moments: each trace is a run of its own, with the profiles that belong to it.
 * @param beside further files of the command, which names have to tell these from
 * @throws GclensError that names the file
 */
export async function readRuns(files: readonly string[], options: TogetherOptions, beside: readonly string[]): Promise<Together[]> {
  const { inputs, runs } = await withProgress(async (work) => {
    const read = await readInputs(files, work, beside);
    return { inputs: read, runs: await analyzeRuns(read, options, work) };
  });
  const [first = [], ...others] = runs;
  const { strangers, notices } = findStrangers(first, options.joinAnyway ?? false);
  return [
    {
      captures: first.filter((capture) => capture.kind === 'trace' || !strangers.has(capture)),
      notices: [...notices, ...ofNoRun(inputs, runs)],
      damage: [...inputs.damage, ...damageOf(first)],
    },
    ...others.map((captures) => ({ captures, notices: [], damage: damageOf(captures) })),
  ];
}

/** Profiles that belong to no trace of several. */
function ofNoRun({ traces, profiles }: Inputs, runs: readonly (readonly Capture[])[]): Notice[] {
  const used = new Set(runs.flat().flatMap((capture) => (capture.kind === 'pprof' ? [capture.profile] : [])));
  return traces.length < 2
    ? []
    : profiles
        .filter(({ profile }) => !used.has(profile))
        .map(({ name }) => ({ severity: 'warning', text: `${name} belongs to none of the ${traces.length} traces and is left out.` }));
}

function damageOf(captures: readonly Capture[]): Damage[] {
  return captures.flatMap((capture) => {
    const damage = capture.kind === 'trace' ? capture.analyzed.trace.damage : null;
    return capture.kind !== 'trace' || damage === null
      ? []
      : [{ file: capture.name, text: `${holdsNothing(capture.analyzed) ? nothingRead : partlyRead}: ${damage.message}` }];
  });
}

const nothingRead = 'The trace is damaged, and nothing of it could be read';
const partlyRead = 'The trace is damaged; the numbers are of what comes before';

/** Captures without all traces but the first, and which these are. */
export function firstTrace(all: readonly Capture[]): { readonly captures: readonly Capture[]; readonly left: readonly Notice[] } {
  const [, ...others] = all.filter(({ kind }) => kind === 'trace');
  return {
    captures: all.filter((capture) => !others.includes(capture)),
    left: others.map(({ name }) => ({ severity: 'warning', text: `One trace is answered from at a time: ${name} is left out.` })),
  };
}

/** Says on stderr which files are not answered from. */
export function reportLeft(left: readonly Notice[]): void {
  left.forEach(({ text }) => process.stderr.write(`gclens: ${text}\n`));
}
