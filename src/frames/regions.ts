import { findFindings, measure, shippedRules, type TraceCapture } from '../correlate';
import type { FrameContext } from './context';
import { severityColors } from './findings';
import { severityNames } from './findingWords';
import type { FrameNotice } from './frame';
import { cycleRegions, type Region, regionFrame, stopRegions } from './gcRegions';
import type { FrameDraft } from './makeFrame';
import { type RegionKind, regionKinds, type ViewQuery } from './query';
import { joinedSources, type Sources } from './sources';
import { TimeAxis } from './timeAxis';
import { wholeNotices } from './window';

/** More marks than these make a time axis unreadable, and Grafana slow. */
const defaultLimit = 500;

const names: Readonly<Record<RegionKind, string>> = { cycles: 'GC cycles', stops: 'stop-the-worlds', findings: 'findings' };

/** As many as a tooltip shows. */
const listedFindings = 5;

/**
 * What of a capture is marked on a time axis, for annotations of any dashboard: GC cycles and stop-the-worlds, the longest where there are too many, and findings
 * over the time of the capture. Only what overlaps the time range; `meta.custom.capture` tells captures apart.
 */
export function regionFrames(capture: TraceCapture, sources: Sources, query: ViewQuery, context: FrameContext): FrameDraft[] {
  const { facts } = capture.analyzed;
  const axis = new TimeAxis(facts, query.timeUnit);
  const window = context.range === undefined ? { fromNs: facts.startNs, toNs: facts.endNs } : axis.clip(context.range);
  const limit = query.limit ?? defaultLimit;
  const makers: Readonly<Record<RegionKind, () => Region[]>> = {
    cycles: () => cycleRegions(capture.analyzed),
    stops: () => stopRegions(capture.analyzed),
    findings: () => findingRegions(capture, sources),
  };
  const notices: FrameNotice[] = [...axis.notices, ...wholeNotices(facts, axis, context).filter(() => window === null)];
  const drafts = (query.regions ?? regionKinds).flatMap((kind): FrameDraft[] => {
    const inRange = window === null ? [] : makers[kind]().filter(({ startNs, endNs }) => startNs < window.toNs && endNs >= window.fromNs);
    const shown = longest(inRange, limit);
    if (shown.length < inRange.length) {
      notices.push({
        severity: 'info',
        text: `The longest ${shown.length} of ${inRange.length} ${names[kind]} in the time range are marked.`,
      });
    }
    return regionFrame(names[kind], shown, axis);
  });
  const [first = { name: 'regions', meta: { dataTopic: 'annotations' as const }, fields: [] }, ...rest] = drafts;
  return [{ ...first, notices }, ...rest].map((draft) => ({ ...draft, meta: { ...draft.meta, custom: { capture: capture.sha256 } } }));
}

/** In order of time. */
function longest(regions: readonly Region[], limit: number): readonly Region[] {
  if (regions.length <= limit) {
    return regions;
  }
  return [...regions]
    .sort((a, b) => b.endNs - b.startNs - (a.endNs - a.startNs))
    .slice(0, limit)
    .sort((a, b) => a.startNs - b.startNs);
}

/** One region for all, as several over one time would hide what is below them: in the colour of the gravest, with a line for each. */
function findingRegions({ analyzed: { facts } }: TraceCapture, sources: Sources): Region[] {
  const findings = findFindings(measure(joinedSources(sources)), shippedRules());
  const [gravest] = findings;
  return gravest === undefined
    ? []
    : [
        {
          startNs: facts.startNs,
          endNs: facts.endNs,
          title: findings.length === 1 ? gravest.title : `${findings.length} findings`,
          text: findings
            .slice(0, listedFindings)
            .map(({ severity, title }) => `${severityNames[severity]}: ${title}`)
            .join('\n'),
          tags: ['findings', gravest.severity],
          color: severityColors[gravest.severity],
          id: 'findings',
          cycle: null,
        },
      ];
}
