import { type Capture, captureMetrics, type CaptureMetrics, type Slice } from '../correlate';
import { costClasses as classNames, rowsWhere, type RuntimeFacts } from '../runtime';
import { costClasses } from './costClasses';
import type { FrameContext } from './context';
import type { Field } from './frame';
import { type FieldConfig, type FrameDraft, numberField } from './makeFrame';

/**
 * The captures in single figures, a row with a column for each, for panels that show numbers. Pie charts, whose slices are parts of one whole, get what the time
 * of all requests went to instead.
 */
export function summaryFrame(captures: readonly Capture[], { panelPluginId }: FrameContext): FrameDraft {
  const metrics = captureMetrics(captures);
  const trace = captures.find((capture) => capture.kind === 'trace');
  const isPie = panelPluginId === 'piechart' && trace !== undefined;
  return {
    name: 'summary',
    meta: { type: 'numeric-wide', typeVersion: [0, 1], preferredVisualisationType: 'table' },
    fields: isPie ? costFields(trace.analyzed.facts) : [...traceFields(metrics), ...profileFields(metrics)],
    notices: isPie ? [] : noticesOf(metrics),
  };
}

function figure(name: string, value: number | null, config: FieldConfig): Field {
  return numberField(name, [value], config);
}

function traceFields({ trace }: CaptureMetrics): Field[] {
  if (trace === null) {
    return [];
  }
  const sum = (name: keyof Slice) => trace.slices.reduce((total, slice) => total + slice[name], 0);
  const seconds = sum('wallNs') / 1e9;
  const ratio = (value: number, by: number) => (by === 0 ? null : value / by);
  const longest = trace.pausesNs.reduce((most, pause) => Math.max(most, pause), 0);
  const percent = { unit: 'percentunit', decimals: 1, min: 0, max: 1 };
  return [
    figure('gcTaxShare', ratio(sum('gcTaxNs'), sum('taskNs')), {
      displayName: 'GC tax of requests',
      description: 'What the GC took of the requests’ time',
      ...percent,
    }),
    figure('gcCycles', ratio(sum('gcCycles'), seconds), { displayName: 'GC cycles', unit: 'cps', decimals: 2, description: 'A second' }),
    figure('maxPauseNs', longest, { displayName: 'longest GC pause', unit: 'ns' }),
    figure('meanPauseNs', ratio(sumOf(trace.pausesNs), trace.pausesNs.length), { displayName: 'mean GC pause', unit: 'ns' }),
    figure('assistNs', ratio(sum('assistNs'), seconds * 1e9), {
      displayName: 'goroutines assisting',
      unit: 'percentunit',
      decimals: 1,
      description: '100 % is one goroutine in GC mark assists all the time',
    }),
    figure('allocatedBytes', ratio(sum('allocatedBytes'), seconds), { displayName: 'allocated', unit: 'Bps' }),
    figure('requests', ratio(sum('requests'), seconds), { displayName: 'requests', unit: 'reqps', decimals: 1 }),
    ...(trace.hasMapRegions
      ? [
          figure('mapRegionNs', ratio(sum('mapRegionNs'), seconds * 1e9), {
            displayName: 'goroutines in map regions',
            unit: 'percentunit',
            decimals: 1,
            description: '100 % is one goroutine in map regions all the time. Evidence: regions',
          }),
        ]
      : []),
    ...(trace.hasSamples
      ? [
          figure('mapShare', ratio(sum('mapSamples'), sum('samples')), {
            displayName: 'CPU in map work',
            description: `Evidence: ${sum('mapSamples')} of ${sum('samples')} CPU samples`,
            ...percent,
          }),
          figure('iterateShare', ratio(sum('iterateSamples'), sum('samples')), {
            displayName: 'CPU in map iteration',
            description: `Evidence: ${sum('iterateSamples')} of ${sum('samples')} CPU samples`,
            ...percent,
          }),
        ]
      : []),
  ];
}

function profileFields({ profile, allocated }: CaptureMetrics): Field[] {
  const share = { unit: 'percentunit', decimals: 1, min: 0, max: 1 };
  return [
    ...(profile === null || profile.samples === 0
      ? []
      : [
          figure('mapShare', profile.mapSamples / profile.samples, {
            displayName: 'CPU in map work',
            description: `Evidence: ${profile.mapSamples} of ${profile.samples} CPU samples`,
            ...share,
          }),
          figure('gcShare', profile.gcSamples / profile.samples, {
            displayName: 'CPU in GC',
            description: `Marking and assisting. Evidence: ${profile.samples} CPU samples`,
            ...share,
          }),
        ]),
    ...(allocated === null ? [] : [figure('inuseBytes', allocated.inuseBytes, { displayName: 'heap in use', unit: 'bytes' })]),
  ];
}

/** What the requests’ time went to: tasks that are no part of another on their goroutine count once, as their costs do. */
function costFields({ costs, tasks }: RuntimeFacts): Field[] {
  const sums = new Float64Array(classNames.length);
  for (const row of rowsWhere(tasks.length, (task) => tasks.parent[task] === 0)) {
    costs.addTo(sums, row);
  }
  return costClasses.map(({ name, title, color, description }) =>
    figure(name, sums[classNames.indexOf(name)] ?? 0, {
      displayName: title,
      unit: 'ns',
      description,
      color: { mode: 'fixed', fixedColor: color },
    }),
  );
}

function noticesOf({ trace, profile, allocated }: CaptureMetrics): FrameDraft['notices'] {
  if (trace !== null && trace.slices.every(({ requests }) => requests === 0)) {
    return [
      {
        severity: 'info',
        text: 'Figures of requests need tasks: let the service make one for each request with runtime/trace.NewTask.',
      },
    ];
  }
  return trace === null && profile === null && allocated === null
    ? [
        {
          severity: 'warning',
          text: 'These captures have no figures of GC or maps; give an execution trace, a CPU profile or a heap profile.',
        },
      ]
    : [];
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
