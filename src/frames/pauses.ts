import { type AnalyzedTrace, pauseActivity, type PausePhase, pausePhases } from '../correlate';
import type { Notice } from '../base';
import type { FrameDraft } from './makeFrame';
import { TableColumns } from './tableFrame';

const phaseWords: Readonly<Record<PausePhase, string>> = {
  before: 'before a pause',
  within: 'during a pause',
  after: 'after a pause',
  elsewhere: 'elsewhere',
};

/** Map iteration around stop-the-worlds, against the rest of the trace: one row a phase. */
export function pausesFrame(analyzed: AnalyzedTrace): FrameDraft {
  const activity = pauseActivity(analyzed);
  const rows = activity === null ? [] : pausePhases.map((phase) => ({ phase, ...activity.phases[phase] }));
  const notices: Notice[] =
    activity === null
      ? [{ severity: 'info', text: 'The world was never stopped in this trace.' }]
      : [
          {
            severity: 'info',
            text: `${activity.pauses} pauses (${activity.reasons.join(', ')}); before and after are ${(activity.windowNs / 1e6).toFixed(2)} ms each. Intervals come from drawing the pauses anew.`,
          },
          ...(analyzed.facts.samples.length === 0
            ? [{ severity: 'info', text: 'The trace has no CPU samples: iteration is known from map regions only.' } as const]
            : []),
        ];
  return new TableColumns(rows)
    .text('phase', ({ phase }) => phaseWords[phase], {})
    .number('wallNs', ({ wallNs }) => wallNs, { displayName: 'time', unit: 'ns', description: 'Of all such stretches' })
    .number('samples', ({ samples }) => samples, {
      displayName: 'iteration samples',
      description: 'CPU samples in iterations of maps. Evidence: samples',
    })
    .number('samplesPerMs', ({ samplesPerMs }) => samplesPerMs, { displayName: 'samples per ms', decimals: 3 })
    .number('lift', ({ lift: value }) => value, { displayName: 'lift', decimals: 2, description: 'Samples per ms by those elsewhere' })
    .number('liftLow', ({ liftInterval }) => liftInterval?.low ?? null, {
      displayName: 'at least',
      decimals: 2,
      description: '95 % interval of the lift',
    })
    .number('liftHigh', ({ liftInterval }) => liftInterval?.high ?? null, {
      displayName: 'at most',
      decimals: 2,
      description: '95 % interval of the lift',
    })
    .number('regionStarts', ({ regionStarts }) => regionStarts, { displayName: 'map regions begun', description: 'Evidence: regions' })
    .number('regionStartsPerMs', ({ regionStartsPerMs }) => regionStartsPerMs, { displayName: 'begun per ms', decimals: 3 })
    .number('goroutinesInRegions', ({ goroutinesInRegions }) => goroutinesInRegions, {
      displayName: 'goroutines in them',
      decimals: 2,
      description: 'At a time. Evidence: regions',
    })
    .number('regionLift', ({ regionLift }) => regionLift, {
      displayName: 'region lift',
      decimals: 2,
      description: 'Goroutines in map regions by those elsewhere',
    })
    .number('regionLiftLow', ({ regionLiftInterval }) => regionLiftInterval?.low ?? null, {
      displayName: 'region lift at least',
      decimals: 2,
      description: '95 % interval',
    })
    .number('regionLiftHigh', ({ regionLiftInterval }) => regionLiftInterval?.high ?? null, {
      displayName: 'region lift at most',
      decimals: 2,
      description: '95 % interval',
    })
    .draft('map iteration around pauses', notices);
}
