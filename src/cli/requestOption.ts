import { type AnalyzedTrace, type Capture, chooseTask, withDescendants } from '../correlate';
import { WrongUse } from './wrongUse';

/** What `--request` takes. */
export const requestOptionMeaning =
  'only this request: its trace id, span id (hex or decimal), request id or task id, or the first 8 characters of one';

/** By trace: rows of the tasks of the request that was asked for; empty where none was. */
export type RequestRows = ReadonlyMap<AnalyzedTrace, ReadonlySet<number>>;

/**
 * The tasks of a request, those within it included. What else its id names goes to stderr.
 * @throws WrongUse without a trace; GclensError when a trace knows no such request, or several begin so
 */
export function requestRows(captures: readonly Capture[], id: string | undefined): RequestRows {
  if (id !== undefined && captures.every(({ kind }) => kind !== 'trace')) {
    throw new WrongUse('--request names a request of an execution trace, and none was given', {
      advice: 'take one with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5',
    });
  }
  const rows = new Map<AnalyzedTrace, ReadonlySet<number>>();
  for (const capture of id === undefined ? [] : captures) {
    if (capture.kind === 'trace' && id !== undefined) {
      const { row, notices } = chooseTask(capture.analyzed, id);
      notices.forEach(({ severity, text }) => process.stderr.write(`${capture.name}: ${severity}: ${text}\n`));
      rows.set(capture.analyzed, withDescendants(capture.analyzed.facts.tasks, [row]));
    }
  }
  return rows;
}
