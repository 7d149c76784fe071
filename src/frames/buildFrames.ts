import { GclensError } from '../base';
import type { Capture } from '../correlate';
import type { FrameContext } from './context';
import type { Frame } from './frame';
import type { ViewQuery } from './query';

/**
 * The frames that answer a query. Plain data in plain arrays: they cross workers, snapshots and panel JSON unchanged.
 * @param captures decoded captures of one process and one moment
 * @throws GclensError when the captures cannot answer: it says what is missing and how to get it
 */
export function buildFrames(captures: readonly Capture[], query: ViewQuery, context: FrameContext): Frame[] {
  throw new GclensError(`the view ${query.view} of ${captures.length} captures is not there yet for ${context.refId}`);
}
