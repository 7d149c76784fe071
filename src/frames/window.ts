import type { RuntimeFacts } from '../runtime';
import type { FrameContext, TimeRangeMs } from './context';
import { findCycle } from './findCycle';
import type { FrameNotice } from './frame';
import type { ViewQuery } from './query';
import { describeRange, type TimeAxis } from './timeAxis';

/** The part of the trace that is shown. */
export interface Window {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface ChosenWindow {
  readonly window: Window;
  /** Whether the panel, or the GC cycle, leaves something of the trace out. */
  readonly isPart: boolean;
  readonly notices: readonly FrameNotice[];
}

/** Below this share of the time range a capture cannot be told from a line. */
const leastVisibleShare = 0.02;

/** What the panel shows of the trace; all of it where the panel shows nothing of it, with a notice that says where it lies. */
export function chooseWindow(
  { startNs, endNs }: Pick<RuntimeFacts, 'startNs' | 'endNs'>,
  axis: TimeAxis,
  { range }: FrameContext,
): ChosenWindow {
  const whole = { fromNs: startNs, toNs: endNs };
  const window = range === undefined ? whole : axis.clip(range);
  return window === null
    ? { window: whole, isPart: false, notices: [outsideNotice(axis.extent)] }
    : { window, isPart: window.fromNs > startNs || window.toNs < endNs, notices: [] };
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
  const window = toNs > fromNs ? { fromNs, toNs } : { fromNs: startNs, toNs: endNs };
  return { window, isPart: true, notices: chosen.notices };
}

/** What a panel with a time axis should say: that the capture is too small in the time range to be seen. */
export function sliverNotices(axis: TimeAxis, { range }: FrameContext): FrameNotice[] {
  const { fromMs, toMs } = axis.extent;
  const isSeen = range !== undefined && fromMs < range.toMs && toMs > range.fromMs;
  return isSeen && toMs - fromMs < leastVisibleShare * (range.toMs - range.fromMs)
    ? [
        {
          severity: 'info',
          text: `The capture is too short to be seen in this time range: it goes from ${axis.describeExtent()}. Zoom in there.`,
          range: axis.extent,
        },
      ]
    : [];
}

/** What a table of rows in time says where the panel shows a part of the trace. */
export function partNotice(what: string, { isPart }: ChosenWindow, shown: number, all: number): FrameNotice[] {
  return isPart && shown < all ? [{ severity: 'info', text: `${shown} of ${all} ${what} lie in the time range.` }] : [];
}

/** What a view says that counts a capture as a whole, whatever the panel shows. */
export function wholeNotices(facts: RuntimeFacts, axis: TimeAxis, context: FrameContext): FrameNotice[] {
  const { isPart, notices } = chooseWindow(facts, axis, context);
  return isPart
    ? [{ severity: 'info', text: 'This view counts the whole capture, not only what lies in the time range.', range: axis.extent }]
    : [...notices];
}

/** What a view of a profile, whose samples have no times, says where the profile lies outside of the time range. */
export function profileNotices(time: TimeRangeMs | null, { range }: FrameContext): FrameNotice[] {
  return time === null || range === undefined || (time.fromMs < range.toMs && time.toMs > range.fromMs) ? [] : [outsideNotice(time)];
}

function outsideNotice(extent: TimeRangeMs): FrameNotice {
  return {
    severity: 'info',
    text: `The time range shows nothing of the capture: it goes from ${describeRange(extent)}.`,
    range: extent,
  };
}
