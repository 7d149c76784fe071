import { GclensError, type Notice } from '../base';
import { type AnalyzedTrace, mapGrowth, type MapGrowth, type MapStat, type MapStatSeries } from '../correlate';
import type { FrameContext } from './context';
import { displayText } from './displayText';
import type { Field } from './frame';
import { gcRegionFrames } from './gcRegions';
import { type FieldConfig, type FrameDraft, numberField } from './makeFrame';
import type { ViewQuery } from './query';
import { TableColumns } from './tableFrame';
import { TimeAxis } from './timeAxis';
import { sliverNotices, wholeNotices } from './window';

/** Series of maps that are drawn, those with most logs first. */
const mostSeries = 12;
const mostPoints = 4000;

/**
 * How maps grow: what `map.stats` logs say of each as steps over time, beside GC cycles as regions, and lines that grow maps by CPU samples.
 * @throws GclensError where neither is in the trace
 */
export function mapGrowthFrames(analyzed: AnalyzedTrace, { timeUnit }: ViewQuery, context: FrameContext): FrameDraft[] {
  const growth = mapGrowth({ trace: analyzed });
  if (growth.series.length === 0 && growth.samples === 0) {
    throw new GclensError('this trace shows no map growing: it has no map.stats logs and no CPU samples in growing maps', {
      advice:
        'Log the shape of a map with runtime/trace.Log(ctx, "map.stats", `{"name":"sessions","count":…}`), and take a CPU profile with the trace',
    });
  }
  const axis = new TimeAxis(analyzed.facts, timeUnit);
  return [
    ...growth.series.slice(0, mostSeries).map((series) => seriesFrame(series, axis, analyzed.facts.endNs)),
    siteFrame(
      growth,
      [...axis.notices, ...wholeNotices(analyzed.facts, axis, context), ...sliverNotices(axis, context)],
      growth.series.length > mostSeries ? growth.series.length - mostSeries : 0,
    ),
    ...gcRegionFrames(analyzed, axis),
  ];
}

function seriesFrame({ name, kind, stats, growths, resets }: MapStatSeries, axis: TimeAxis, endNs: number): FrameDraft {
  const step = Math.ceil(stats.length / mostPoints);
  const shown = stats.filter((_, k) => k % step === 0 || k === stats.length - 1);
  const last = shown.at(-1);
  const points = last === undefined || last.timeNs >= endNs ? shown : [...shown, { ...last, timeNs: endNs }];
  const called = name === '' ? 'map' : displayText(name);
  const steps = (suffix: string, valueOf: (stat: MapStat) => number | null, description: string, config: FieldConfig = {}): Field[] =>
    points.every((stat) => valueOf(stat) === null)
      ? []
      : [
          numberField(`${called} ${suffix}`, points.map(valueOf), {
            unit: 'short',
            description: `${description} Evidence: map.stats logs.`,
            ...config,
            custom: {
              drawStyle: 'line',
              lineInterpolation: 'stepAfter',
              lineWidth: 1,
              fillOpacity: 0,
              showPoints: 'never',
              ...config.custom,
            },
          }),
        ];
  const tables = kind === 'classic' ? 'buckets' : 'tables';
  return {
    name: `map ${called}`,
    meta: { preferredVisualisationType: 'graph', custom: { growths, resets, kind } },
    fields: [
      axis.field(
        'time',
        points.map(({ timeNs }) => timeNs),
      ),
      ...steps('entries', ({ count }) => count, 'Entries of the map.'),
      ...steps('room', ({ capacity }) => capacity, 'Entries that fit before the map grows again.'),
      ...steps(tables, (stat) => stat.tables, `Its ${tables}.`, { custom: { axisPlacement: 'right' } }),
      ...steps('B', ({ b }) => b, 'Base-2 logarithm of its buckets.', { custom: { axisPlacement: 'right' } }),
      ...steps('old buckets', ({ oldBuckets }) => oldBuckets, 'Old buckets, while entries move out of them.', {
        custom: { axisPlacement: 'right' },
      }),
      ...steps('evacuated', ({ oldBuckets, evacuated }) => ((oldBuckets ?? 0) === 0 ? 0 : evacuated), 'Old buckets that are done.', {
        custom: { axisPlacement: 'right' },
      }).filter(() => points.some(({ oldBuckets }) => oldBuckets !== null)),
    ],
  };
}

function siteFrame({ sites, samples }: MapGrowth, notices: readonly Notice[], left: number): FrameDraft {
  const more: Notice[] = left === 0 ? [] : [{ severity: 'info', text: `${left} maps with fewer logs are left out.` }];
  return new TableColumns(sites)
    .text('step', ({ step }) => step, {
      description:
        'start, evacuate: classic maps allocate new buckets and move entries step by step; grow, split: Swiss maps double or divide a table',
    })
    .text('line', ({ line }) => line, {})
    .number('samples', (site) => site.samples, { description: `CPU samples, of ${samples} in growing maps. Evidence: samples` })
    .number('allocating', ({ allocating }) => allocating, { description: 'Of them inside of the allocator or in an assist' })
    .number('inGc', ({ inGc }) => inGc, { displayName: 'during GC', description: 'Of them while a GC cycle ran' })
    .draft('growing maps', [...notices, ...more]);
}
