import type { Notice } from '../base';
import { type Capture, findStrangers } from '../correlate';
import { analyzeInputs, analyzeRuns, type Inputs, readInputs, type TogetherOptions } from './companions';
import { withProgress } from './progress';

/** Captures that belong together. */
export interface Together {
  readonly captures: readonly Capture[];
  /** Files that do not belong to the others, and why. */
  readonly notices: readonly Notice[];
  /** Whether a trace among them broke off. */
  readonly isDamaged: boolean;
}

/**
 * Reads files of one process and moment, and leaves out those that are not.
 * @throws GclensError that names the file
 */
export async function readTogether(files: readonly string[], options: TogetherOptions = {}): Promise<Together> {
  const all = await withProgress(async (work) => analyzeInputs(await readInputs(files, work), options, work));
  const { strangers, notices } = findStrangers(all, options.joinAnyway ?? false);
  return {
    captures: all.filter((capture) => capture.kind === 'trace' || !strangers.has(capture)),
    notices: [...notices, ...furtherTraces(all)],
    isDamaged: isDamaged(all),
  };
}

/**
 * Reads files of one or several moments: each trace is a run of its own, with the profiles that belong to it.
 * @throws GclensError that names the file
 */
export async function readRuns(files: readonly string[], options: TogetherOptions = {}): Promise<Together[]> {
  const { inputs, runs } = await withProgress(async (work) => {
    const read = await readInputs(files, work);
    return { inputs: read, runs: await analyzeRuns(read, options, work) };
  });
  const [first = [], ...others] = runs;
  const { strangers, notices } = findStrangers(first, options.joinAnyway ?? false);
  return [
    {
      captures: first.filter((capture) => capture.kind === 'trace' || !strangers.has(capture)),
      notices: [...notices, ...ofNoRun(inputs, runs)],
      isDamaged: isDamaged(first),
    },
    ...others.map((captures) => ({ captures, notices: [], isDamaged: isDamaged(captures) })),
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

function isDamaged(captures: readonly Capture[]): boolean {
  return captures.some((capture) => capture.kind === 'trace' && capture.analyzed.trace.damage !== null);
}

function furtherTraces(captures: readonly Capture[]): Notice[] {
  return captures
    .filter(({ kind }) => kind === 'trace')
    .slice(1)
    .map(({ name }) => ({ severity: 'warning', text: `One trace is answered from at a time: ${name} is left out.` }));
}
