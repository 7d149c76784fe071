import { GclensError } from '../base';
import type { Capture } from '../correlate';
import { capturesFrame } from './captures';
import type { FrameContext } from './context';
import { flameFrame } from './flame';
import type { Frame } from './frame';
import { gcCyclesFrame } from './gcCycles';
import { gcMapFrames } from './gcMap';
import { labelsFrame } from './labels';
import { type FrameDraft, makeFrames } from './makeFrame';
import type { View, ViewQuery } from './query';
import { requestFrame } from './request';
import { requestsFrame } from './requests';
import { requireTrace, sortSources, type Sources } from './sources';
import { TaskLookup } from './taskLookup';

/**
 * The frames that answer a query. Plain data in plain arrays: they cross workers, snapshots and panel JSON unchanged.
 * @param captures decoded captures of one process and one moment
 * @throws GclensError when the captures cannot answer: it says what is missing and how to get it
 */
export function buildFrames(captures: readonly Capture[], query: ViewQuery, context: FrameContext): Frame[] {
  const sources = sortSources(captures);
  const views = query.view === 'auto' ? chooseViews(sources, query, context) : [query.view];
  if (captures.length === 0 && !views.includes('captures')) {
    throw new GclensError('there is no profile and no execution trace to show', {
      advice: 'Add one to the query; spans of the application are read beside a trace',
    });
  }
  const builder = new ViewBuilder(captures, sources, query, context);
  const drafts = views.flatMap((view) => builder.build(view));
  return makeFrames(context.refId, drafts, [...(context.notices ?? []), ...sources.notices]);
}

/** Views by the panel that asks; in Explore, which shows each kind of frame in its own way, several. */
function chooseViews({ trace, profiles }: Sources, query: ViewQuery, { panelPluginId }: FrameContext): View[] {
  switch (panelPluginId) {
    case 'flamegraph':
      return ['flame'];
    case 'traces':
      return ['request'];
    case 'timeseries':
    case 'trend':
    case 'barchart':
      return ['gcMap'];
    case undefined:
    case '':
    case 'explore':
      break;
    default:
      return [trace === null ? 'labels' : 'requests'];
  }
  if (trace === null) {
    return ['flame'];
  }
  const hasSamples = profiles.length > 0 || trace.analyzed.facts.samples.length > 0 || trace.analyzed.facts.assists.length > 0;
  const namesRequest = (query.query ?? '').trim() !== '';
  return ['gcMap', 'gcCycles', 'requests', ...(namesRequest ? (['request'] as const) : []), ...(hasSamples ? (['flame'] as const) : [])];
}

class ViewBuilder {
  private lookup: TaskLookup | null = null;

  constructor(
    private readonly captures: readonly Capture[],
    private readonly sources: Sources,
    private readonly query: ViewQuery,
    private readonly context: FrameContext,
  ) {}

  build(view: View): FrameDraft[] {
    const { captures, sources, query, context } = this;
    switch (view) {
      case 'gcMap':
        return gcMapFrames(captures, requireTrace(sources, 'GC and map activity over time'), query, context);
      case 'gcCycles':
        return [gcCyclesFrame(requireTrace(sources, 'GC cycles'), query, context)];
      case 'requests':
        return [requestsFrame(requireTrace(sources, 'Requests'), this.taskLookup(), query, context)];
      case 'request':
        return [requestFrame(requireTrace(sources, 'Spans of a request'), query, context)];
      case 'flame':
        return [flameFrame(sources, this.traceLookup(), query)];
      case 'labels':
        return [labelsFrame(sources, this.traceLookup(), query)];
      case 'captures':
        return [capturesFrame(context.stored ?? [])];
    }
  }

  private traceLookup(): TaskLookup | null {
    return this.sources.trace === null ? null : this.taskLookup();
  }

  /** Made where it is needed first: joining a profile costs time. */
  private taskLookup(): TaskLookup {
    this.lookup ??= new TaskLookup(requireTrace(this.sources, 'Requests'), this.sources.cpuProfile?.profile);
    return this.lookup;
  }
}
