import type { ViewQuery } from '../frames';
import type { GclensQuery } from './types';

/** A question that a query answers. */
export interface Example {
  readonly question: string;
  /** What the answer shows and how it is known, in a sentence or two. */
  readonly answer: string;
  readonly part: Omit<ViewQuery, 'version' | 'captures'>;
  /** Whether it names a request of the sample capture: of other captures it cannot be asked. */
  readonly isOfSample?: true;
}

/** A request of the sample capture that the GC taxed heavily: `GET /range`. */
const taxedSpan = 'd6fc093e5bbe5d99';

/** Questions in the order in which somebody on call asks them; each can be asked of the sample capture. */
export const examples: readonly Example[] = [
  {
    question: 'When did the GC run, and what did maps do meanwhile?',
    answer:
      'Map activity, mark assists and heap over time, GC cycles and stop-the-worlds as regions. Regions are exact, samples are one in 10 ms.',
    part: { view: 'gcMap' },
  },
  {
    question: 'What is wrong, and what can be done?',
    answer: 'What the rules found, each with its evidence, how sure it is, and the change in Go that helps.',
    part: { view: 'findings' },
  },
  {
    question: 'Which requests paid for GC?',
    answer:
      'Requests by GC tax: time in which they were stopped, assisted, swept or waited for a P because of the GC. Exact, from the execution trace.',
    part: { view: 'requests', selector: '{parent=""}', limit: 50 },
  },
  {
    question: 'Where did this request’s time go?',
    answer: 'Regions, waits, assists and stop-the-worlds of one request as spans, beside its trace in Tempo or Jaeger.',
    part: { view: 'request', query: taxedSpan },
    isOfSample: true,
  },
  {
    question: 'What did this request do on the CPU?',
    answer: 'Samples of one request, found by its span id in pprof labels, or by its task in the trace.',
    part: { view: 'flame', query: taxedSpan },
    isOfSample: true,
  },
  {
    question: 'On which lines are maps iterated?',
    answer: 'Lines by map operation, with the samples, assists and GC starts there. Inferred from the runtime functions that were sampled.',
    part: { view: 'mapSites' },
  },
  {
    question: 'Which lines make the GC work?',
    answer:
      'Lines that drive GC by what they allocate: votes of GC starts, mark assists and the allocs profile, with a confidence interval.',
    part: { view: 'rootCause' },
  },
  {
    question: 'Who assists the GC?',
    answer: 'Time in mark assists by stack, on and off the CPU. Exact, from the execution trace.',
    part: { view: 'flame', sampleType: 'assist' },
  },
  {
    question: 'Do pauses coincide with map iteration?',
    answer: 'Map iteration before, during and after stop-the-worlds, with the lift and its 95 % interval: an interval around 1 means no.',
    part: { view: 'pauses' },
  },
  {
    question: 'Is it better than before?',
    answer:
      'Two captures side by side, and which differences are beyond noise. Here the sample against itself: choose your own as captures and baseline.',
    part: { view: 'compare', baseline: [{ by: 'sample' }] },
  },
];

/** The query that asks the question of the sample capture. */
export function exampleQuery({ part }: Example): GclensQuery {
  return { refId: 'A', version: 1, captures: [{ by: 'sample' }], ...part };
}
