import type { Notice } from '../base';
import type { AnalyzedTrace } from '../correlate';
import { AppSpanIndex, isEmptySpan } from './appSpanIndex';
import type { BuildOptions } from './buildSpans';
import { wallClock } from './clock';

/** Below this two clocks of one machine agree, as far as tasks and their spans tell. */
const agreementNs = 10e6;

/**
 * What is wrong with the application's spans, as far as it matters to the spans that are made under them.
 * @throws GclensError when the trace has no wall clock
 */
export function appSpanNotices(analyzed: AnalyzedTrace, { appSpans = [], wall }: Pick<BuildOptions, 'appSpans' | 'wall'>): Notice[] {
  const index = new AppSpanIndex(appSpans);
  const named = Array.from({ length: analyzed.facts.tasks.length }, (_, row) =>
    index.parentOf(analyzed.identities.at(row)?.ids ?? []),
  ).filter((parent) => parent !== null);
  const unknown = named.filter(({ appSpan }) => appSpan === null).length;
  const empty = appSpans.filter(isEmptySpan).length;
  const { correctionNs } = wallClock(analyzed, appSpans, wall);
  const warn = (isSo: boolean, text: string): Notice[] => (isSo ? [{ severity: 'warning', text }] : []);
  return [
    ...warn(
      appSpans.length > 0 && unknown > 0,
      `${unknown} of ${named.length} requests name spans that are not among the application's: they are placed by the trace's own clock`,
    ),
    ...warn(index.duplicates > 0, `${index.duplicates} spans of the application have the ids of another one: the first of each counts`),
    ...warn(
      empty > 0,
      `${empty} spans of the application last no time, or end before they begin: what is under them may lie outside of them`,
    ),
    ...warn(
      Math.abs(correctionNs) > agreementNs,
      `the application's clock is ${Math.round(Math.abs(correctionNs) / 1e6)} ms ${correctionNs > 0 ? 'ahead of' : 'behind'} the trace's: spans are placed by the application's`,
    ),
  ];
}
