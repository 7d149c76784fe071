import type { Notice } from '../base';
import type { RuntimeFacts } from '../runtime';
import type { FrameContext } from './context';
import { findCycle } from './findCycle';
import type { ViewQuery } from './query';
import type { TimeAxis } from './timeAxis';

/** The part of the trace that is shown. */
export interface Window {
  readonly fromNs: number;
  readonly toNs: number;
}

interface ChosenWindow {
  readonly window: Window;
  readonly notices: readonly Notice[];
}

/** What the panel shows of the trace, else all of it. */
export function chooseWindow(
  { startNs, endNs }: Pick<RuntimeFacts, 'startNs' | 'endNs'>,
  axis: TimeAxis,
  { range }: FrameContext,
): ChosenWindow {
  const whole = { fromNs: startNs, toNs: endNs };
  const window = range === undefined ? whole : axis.clip(range);
  return window === null
    ? {
        window: whole,
        notices: [{ severity: 'info', text: `The time range shows nothing of the capture: it goes from ${axis.describeExtent()}.` }],
      }
    : { window, notices: [] };
}

/** Of the part that the panel shows, what lies in the GC cycle that the query names. @throws GclensError when there is no such cycle */
export function chooseCycleWindow(facts: RuntimeFacts, axis: TimeAxis, query: ViewQuery, context: FrameContext): ChosenWindow {
  const chosen = chooseWindow(facts, axis, context);
  if (query.cycle === undefined) {
    return chosen;
  }
  const { startNs, endNs } = findCycle(facts, query.cycle);
  const fromNs = Math.max(startNs, chosen.window.fromNs);
  const toNs = Math.min(endNs, chosen.window.toNs);
  return { window: toNs > fromNs ? { fromNs, toNs } : { fromNs: startNs, toNs: endNs }, notices: chosen.notices };
}
