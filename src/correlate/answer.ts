import type { Answer, Capture } from './capture';
import { answerProfile } from './profileAnswer';
import { answerTrace } from './traceAnswer';

/**
 * What captures of one process and one moment say, in plain sentences that name their evidence. A trace says most; a profile is asked only where there
 * is no trace, the CPU profile first.
 */
export function answer(captures: readonly Capture[]): Answer {
  const trace = captures.find((capture) => capture.kind === 'trace');
  if (trace !== undefined) {
    return answerTrace(trace.analyzed);
  }
  const profiles = captures.flatMap((capture) => (capture.kind === 'pprof' ? [capture.profile] : []));
  const profile = profiles.find(({ sampleTypes }) => sampleTypes.some(({ type }) => type === 'cpu')) ?? profiles[0];
  return profile === undefined ? { headline: 'There is no capture to answer from.', details: [] } : answerProfile(profile);
}
