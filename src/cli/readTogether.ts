import type { Notice } from '../base';
import { type Capture, findStrangers } from '../correlate';
import { analyzeInputs, readInputs, type TogetherOptions } from './companions';
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
    isDamaged: all.some((capture) => capture.kind === 'trace' && capture.analyzed.trace.damage !== null),
  };
}

function furtherTraces(captures: readonly Capture[]): Notice[] {
  return captures
    .filter(({ kind }) => kind === 'trace')
    .slice(1)
    .map(({ name }) => ({ severity: 'warning', text: `One trace is answered from at a time: ${name} is left out.` }));
}
