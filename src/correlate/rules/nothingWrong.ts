import { namesFunctions } from '../profileFrames';
import { isReadWhole } from '../rootCause';
import { count, duration, percent } from '../words';
import type { Finding } from './finding';
import type { Measured } from './measure';

/** The finding of captures in which no rule found anything wrong with GC: what that rests on, and what would tell more. */
export function nothingWrong({ captures, trace, rootCause, cpu }: Measured): Finding {
  const isUnread = trace !== null && rootCause?.cost.cycles === 0 && !isReadWhole(trace);
  const isMute = trace === null && !captures.some((capture) => capture.kind === 'pprof' && namesFunctions(capture.profile));
  const sentences =
    trace === null || rootCause === null
      ? [
          isMute ? 'They name no functions.' : 'No rule found anything wrong in these profiles.',
          'Whether GC made requests slow can be told by an execution trace only: add one.',
        ]
      : rootCause.cost.cycles === 0
        ? [
            `No GC cycle ran in the ${duration(trace.facts.endNs - trace.facts.startNs)} ${isUnread ? 'that could be read of this trace' : 'of this trace'}.`,
          ]
        : [
            `${count(rootCause.cost.cycles, 'GC cycle')} ran; the world was stopped for ${duration(rootCause.cost.stopNs)} in all, for ${duration(rootCause.cost.longestStopNs)} at the longest.`,
            rootCause.cost.requestShare === null
              ? 'What the GC took of requests cannot be told, as the trace has no tasks.'
              : `The GC took ${percent(rootCause.cost.requestShare)} of the requests’ time.`,
          ];
  const collector =
    cpu === null || cpu.samples === 0
      ? null
      : `Of ${count(cpu.samples, 'CPU sample')} ${percent(cpu.collectorSamples / cpu.samples)} were in the collector.`;
  return {
    rule: 'nothing-wrong',
    title: titleOf(trace !== null, isUnread, isMute),
    severity: isUnread || isMute ? 'info' : 'none',
    kind: 'context',
    subject: null,
    text: [...sentences, ...(collector === null ? [] : [collector])].join(' '),
    sure: null,
    remedy: null,
    evidence: [],
  };
}

function titleOf(hasTrace: boolean, isUnread: boolean, isMute: boolean): string {
  if (isUnread) {
    return 'Whether GC is at fault cannot be told: too little of this trace could be read';
  }
  if (isMute) {
    return 'Whether GC is at fault cannot be told by these profiles';
  }
  return hasTrace ? 'Nothing is wrong with GC here' : 'Nothing wrong with GC can be seen in these profiles';
}
