import type { AnalyzedTrace } from '../correlate';
import { assistStretchesOf, findGcWorkers, gcWorkerModes, rowsBy } from '../runtime';
import type { FrameContext } from './context';
import { gcLane, stateColors } from './gcLane';
import { type Lane, laneFrames, layerOfRows } from './lanes';
import type { FrameDraft } from './makeFrame';
import type { ViewQuery } from './query';
import { TimeAxis } from './timeAxis';
import { chooseCycleWindow, sliverNotices } from './window';

const defaultLanes = 64;

/** What each P did: idle where nothing is drawn, running, or at work for the collector (mark worker, mark assist, sweep). */
export function procFrames(analyzed: AnalyzedTrace, query: ViewQuery, context: FrameContext): FrameDraft[] {
  const { facts } = analyzed;
  const axis = new TimeAxis(facts, query.timeUnit);
  const { window, notices } = chooseCycleWindow(facts, axis, query, context);
  const all = procLanes(analyzed);
  const shown = all.slice(0, query.limit ?? defaultLanes);
  const [first, ...rest] = laneFrames([gcLane(facts), ...shown], axis, window, stateColors);
  const left =
    shown.length < all.length
      ? [{ severity: 'info' as const, text: `The first ${shown.length} of ${all.length} Ps are shown; the limit can be raised.` }]
      : [];
  return first === undefined
    ? []
    : [{ ...first, notices: [...axis.notices, ...notices, ...sliverNotices(axis, context), ...left, ...(first.notices ?? [])] }, ...rest];
}

function procLanes({ trace, facts }: AnalyzedTrace): Lane[] {
  const workers = findGcWorkers(facts.timelines, trace);
  const assists = assistStretchesOf(facts.assists, facts.timelines);
  const byProc = {
    running: rowsBy(facts.procs.proc),
    workers: rowsBy(workers.proc),
    assists: rowsBy(assists.proc),
    sweeps: rowsBy(facts.sweeps.proc),
  };
  return Array.from({ length: byProc.running.length }, (_, n) => byProc.running.keyAt(n))
    .sort((a, b) => a - b)
    .map((proc) => ({
      title: `P ${proc}`,
      layers: [
        layerOfRows(workers, byProc.workers.rowsOf(proc), (row) => `mark worker: ${gcWorkerModes[workers.mode[row] ?? 0] ?? ''}`),
        layerOfRows(assists, byProc.assists.rowsOf(proc), () => 'mark assist'),
        layerOfRows(facts.sweeps, byProc.sweeps.rowsOf(proc), () => 'sweep'),
        layerOfRows(facts.procs, byProc.running.rowsOf(proc), () => 'running'),
      ],
    }));
}
