import { isCpuProfile } from '../pprof';
import type { Answer, Capture } from './capture';
import { describeLabels } from './labelAnswer';
import { answerProfile } from './profileAnswer';
import { answerTrace } from './traceAnswer';

/**
 * What captures of one process and one moment say, in plain sentences that name their evidence. A trace says most; a profile is asked only where there
 * is no trace, the CPU profile first.
 */
export function answer(captures: readonly Capture[]): Answer {
  const trace = captures.find((capture) => capture.kind === 'trace');
  const profiles = captures.flatMap((capture) => (capture.kind === 'pprof' ? [capture.profile] : []));
  const profile = profiles.find(isCpuProfile) ?? profiles[0];
  if (profile === undefined) {
    return trace === undefined ? { headline: 'There is no capture to answer from.', details: [] } : answerTrace(trace.analyzed);
  }
  const { headline, details } = trace === undefined ? answerProfile(profile) : answerTrace(trace.analyzed);
  return { headline, details: [...details, describeLabels(profile)].filter((sentence) => sentence !== null) };
}
