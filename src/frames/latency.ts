import type { Notice } from '../base';
import type { AnalyzedTrace } from '../correlate';
import {
  countLatencies,
  latencyPhases,
  type LatencyPhase,
  latencyQuantileNs,
  type Latencies,
  latencyRows,
  latencyRowStartNs,
  type RuntimeFacts,
  schedulerLatenciesWithin,
  taskLatencies,
} from '../runtime';
import type { FrameContext } from './context';
import { type FrameDraft, numberField, stringField, timeField } from './makeFrame';
import { latencySubjects, type ViewQuery } from './query';
import { TimeAxis } from './timeAxis';
import { chooseWindow, type ChosenWindow } from './window';

type Subject = (typeof latencySubjects)[number];

const phaseNames: Readonly<Record<LatencyPhase, { readonly title: string; readonly color: string }>> = {
  outside: { title: 'outside of GC', color: 'green' },
  mark: { title: 'while the GC marks', color: 'orange' },
  stw: { title: 'across a stop-the-world', color: 'red' },
};

/**
 * Latency by what the collector did meanwhile: as a heat map over time, as a histogram with a column for each phase, and as a table of quantiles. Panels that draw
 * one of them get that one.
 */
export function latencyFrames(analyzed: AnalyzedTrace, query: ViewQuery, context: FrameContext): FrameDraft[] {
  const { panelPluginId } = context;
  const { facts } = analyzed;
  const axis = new TimeAxis(facts, query.timeUnit);
  const shown = chooseWindow(facts, axis, context);
  const chosen = latencySubjects.find((subject) => subject === query.sampleType);
  const drawsOne = panelPluginId === 'heatmap' || panelPluginId === 'histogram';
  const subjects: readonly Subject[] = chosen !== undefined ? [chosen] : drawsOne ? ['scheduler'] : latencySubjects;
  const drafts = subjects.flatMap((subject) => {
    const latencies = latenciesOf(facts, subject, shown);
    const frames: readonly (readonly [panel: string, FrameDraft])[] = [
      ['heatmap', heatMap(subject, latencies, axis)],
      ['histogram', histogram(subject, latencies)],
      ['table', quantileTable(subject, latencies)],
    ];
    const wanted = frames.filter(([panel]) => panelPluginId === undefined || panelPluginId === panel || !isLatencyPanel(panelPluginId));
    return wanted.map(([, draft], n) => (n === 0 ? { ...draft, notices: noticesOf(subject, latencies, shown.isPart) } : draft));
  });
  return drafts.map((draft, n) => (n === 0 ? { ...draft, notices: [...axis.notices, ...shown.notices, ...(draft.notices ?? [])] } : draft));
}

function latenciesOf(facts: RuntimeFacts, subject: Subject, { window, isPart }: ChosenWindow): Latencies {
  if (subject === 'tasks') {
    return taskLatencies(facts, window);
  }
  return isPart ? schedulerLatenciesWithin(facts, window) : facts.schedulerLatencies;
}

function isLatencyPanel(panel: string): boolean {
  return panel === 'heatmap' || panel === 'histogram' || panel === 'table';
}

const titles: Readonly<Record<Subject, string>> = { scheduler: 'Waiting for a P', tasks: 'Duration of requests' };

function noticesOf(subject: Subject, latencies: Latencies, isPart: boolean): Notice[] {
  if (latencyPhases.some((phase) => countLatencies(latencies[phase].buckets) > 0)) {
    return [];
  }
  if (isPart) {
    return [{ severity: 'info', text: `${subject === 'scheduler' ? 'No wait for a P' : 'No task'} ended in the time range.` }];
  }
  return subject === 'scheduler'
    ? [{ severity: 'warning', text: 'No goroutine waited for a P in this trace. Record for longer, or under load.' }]
    : [
        {
          severity: 'info',
          text: 'No task lies in the trace as a whole. Let the service make one for each request with runtime/trace.NewTask, and record for longer than a request takes.',
        },
      ];
}

/** Cells that are not empty, as Grafana's sparse heat map wants them: end of the step, from, to, count; then the count by phase. */
function heatMap(subject: Subject, latencies: Latencies, axis: TimeAxis): FrameDraft {
  const cells: { readonly endNs: number; readonly row: number; readonly counts: readonly number[] }[] = [];
  const columns = latencyPhases.map((phase) => latencies[phase].steps);
  for (let step = 0; step < latencies.stepCount; step++) {
    for (let row = 0; row < latencyRows; row++) {
      const cell = step * latencyRows + row;
      if (columns.some((counts) => counts[cell] !== 0)) {
        const counts = columns.map((column) => column[cell] ?? 0);
        cells.push({ endNs: latencies.startNs + (step + 1) * latencies.stepNs, row, counts });
      }
    }
  }
  return {
    name: titles[subject],
    meta: { type: 'heatmap-cells', preferredVisualisationPluginId: 'heatmap' },
    fields: [
      timeField(
        'xMax',
        cells.map(({ endNs }) => axis.toMs(endNs)),
        { custom: { intervalMs: axis.durationToMs(latencies.stepNs) } },
      ),
      numberField(
        'yMin',
        cells.map(({ row }) => latencyRowStartNs(row)),
        { unit: 'ns' },
      ),
      numberField(
        'yMax',
        cells.map(({ row }) => latencyRowStartNs(row + 1)),
        { unit: 'ns' },
      ),
      numberField(
        'count',
        cells.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0)),
        { unit: 'short' },
      ),
      ...latencyPhases.map((phase, n) =>
        numberField(
          phaseNames[phase].title,
          cells.map(({ counts }) => counts[n] ?? 0),
          { unit: 'short' },
        ),
      ),
    ],
  };
}

/** Rows of the heat map over all time; from the first to the last that is not empty. */
function histogram(subject: Subject, latencies: Latencies): FrameDraft {
  const sums = latencyPhases.map((phase) => sumOverTime(latencies, phase));
  const total = Array.from({ length: latencyRows }, (_, row) => sums.reduce((sum, rows) => sum + (rows[row] ?? 0), 0));
  const first = Math.max(
    0,
    total.findIndex((count) => count > 0),
  );
  const rows = Array.from({ length: Math.max(0, total.findLastIndex((count) => count > 0) + 1 - first) }, (_, k) => first + k);
  return {
    name: `${titles[subject]}, histogram`,
    meta: { type: 'histogram', preferredVisualisationPluginId: 'histogram' },
    fields: [
      numberField('xMin', rows.map(latencyRowStartNs), { unit: 'ns' }),
      numberField(
        'xMax',
        rows.map((row) => latencyRowStartNs(row + 1)),
        { unit: 'ns' },
      ),
      ...latencyPhases.map((phase, n) =>
        numberField(
          phaseNames[phase].title,
          rows.map((row) => sums[n]?.[row] ?? 0),
          { unit: 'short', color: { mode: 'fixed', fixedColor: phaseNames[phase].color } },
        ),
      ),
    ],
  };
}

function sumOverTime(latencies: Latencies, phase: LatencyPhase): number[] {
  const sums = new Array<number>(latencyRows).fill(0);
  latencies[phase].steps.forEach((count, cell) => {
    const row = cell % latencyRows;
    sums[row] = (sums[row] ?? 0) + count;
  });
  return sums;
}

function quantileTable(subject: Subject, latencies: Latencies): FrameDraft {
  const rows = latencyPhases.map((phase) => ({ phase, ...latencies[phase], count: countLatencies(latencies[phase].buckets) }));
  const quantile = (share: number) =>
    rows.map(({ buckets, maxNs }) => {
      const quantileNs = latencyQuantileNs(buckets, share);
      return quantileNs === null ? null : Math.min(quantileNs, maxNs);
    });
  const within = 'Within 1/32 of the true one';
  return {
    name: `${titles[subject]}, quantiles`,
    meta: { preferredVisualisationType: 'table' },
    fields: [
      stringField(
        'when',
        rows.map(({ phase }) => phaseNames[phase].title),
        { description: 'What the collector did at some time of the wait: a stop-the-world, else marking, else neither' },
      ),
      numberField(
        'count',
        rows.map(({ count }) => count),
        { displayName: subject === 'scheduler' ? 'waits' : 'requests', unit: 'short' },
      ),
      numberField(
        'totalNs',
        rows.map(({ totalNs }) => totalNs),
        { displayName: 'together', unit: 'ns' },
      ),
      numberField('p50Ns', quantile(0.5), { displayName: 'p50', unit: 'ns', description: within }),
      numberField('p90Ns', quantile(0.9), { displayName: 'p90', unit: 'ns', description: within }),
      numberField('p99Ns', quantile(0.99), { displayName: 'p99', unit: 'ns', description: within }),
      numberField('p999Ns', quantile(0.999), { displayName: 'p99.9', unit: 'ns', description: within }),
      numberField(
        'maxNs',
        rows.map(({ maxNs, count }) => (count === 0 ? null : maxNs)),
        { displayName: 'longest', unit: 'ns' },
      ),
    ],
  };
}
