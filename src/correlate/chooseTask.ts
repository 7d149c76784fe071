import { GclensError, type Notice } from '../base';
import type { AnalyzedTrace } from './capture';
import { findTasks } from './findTask';
import { adviceOf, howToRecord } from './howToRecord';
import { count } from './words';

/** The task that a text names. */
export interface ChosenTask {
  readonly row: number;
  /** Which others it names as well. */
  readonly notices: readonly Notice[];
}

/** More are counted. */
const listedTasks = 8;

/**
 * The one task that a text names: the first where an id is that of several, which a notice lists.
 * @throws GclensError when the text names none, or begins the ids of several
 */
export function chooseTask(analyzed: AnalyzedTrace, query: string): ChosenTask {
  const { rows, isPrefix } = findTasks(analyzed, query);
  const [row, ...others] = rows;
  const name = query.trim();
  if (row === undefined) {
    throw new GclensError(`no task of the trace is known as ${name}`, {
      advice:
        analyzed.facts.tasks.length === 0
          ? `The trace has no tasks. ${adviceOf(howToRecord.tasks)}`
          : 'Give a trace id, a span id (hex or decimal), a request id or a task id, or the first 8 characters of one; the view Requests and gclens identity FILE list them',
    });
  }
  if (others.length === 0) {
    return { row, notices: [] };
  }
  if (isPrefix) {
    throw new GclensError(`${name} begins the ids of ${count(rows.length, 'task')}: ${listTasks(analyzed, rows)}`, {
      advice: 'Give more of the id that is meant',
    });
  }
  const text = `${count(rows.length, 'task')} are known as ${name}. This is the first; the others: ${listTasks(analyzed, others)}.`;
  return { row, notices: [{ severity: 'info', text }] };
}

/** Tasks by what else finds them. */
function listTasks({ facts, identities }: AnalyzedTrace, rows: readonly number[]): string {
  const listed = rows.slice(0, listedTasks).map((row) => {
    const task = facts.tasks.at(row);
    const { ids = [], attributes = {} } = identities.at(row) ?? {};
    const span = ids[0] === undefined ? '' : `, span ${ids[0].spanId}`;
    const request = Object.values(attributes)[0];
    return `task ${task?.id ?? row} ${task?.type ?? ''}${span}${request === undefined ? '' : `, request ${request}`}`;
  });
  const more = rows.length - listed.length;
  return [...listed, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
