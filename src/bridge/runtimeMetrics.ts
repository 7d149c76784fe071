import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { AggregationTemporality, DataPointType, type Histogram, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

import { groupBy } from '../base';
import type { AnalyzedTrace } from '../correlate';
import { findProcCount, latencyPhases, latencyRows, latencyRowStartNs } from '../runtime';
import type { BuildOptions, CaptureName } from './buildSpans';
import { captureResource, scope } from './captureResource';
import { type Clock, wallClock } from './clock';
import type { SignalRequest } from './exportRequests';

const nsPerSecond = 1e9;
/** Bounds of `go.memory.gc.pause.duration` in seconds: pauses are mostly below a millisecond. */
const pauseBounds = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1];

/**
 * What a trace says of the runtime as metrics: names of the semantic conventions for Go where there is one (https://opentelemetry.io/docs/specs/semconv/runtime/go-metrics/),
 * `gclens.` else. Counters and histograms are of the trace's time alone (delta); levels are of the moments at which cycles and the trace begin and end.
 * @throws GclensError when the trace has no wall clock
 */
export function buildMetrics(analyzed: AnalyzedTrace, capture: CaptureName, options: BuildOptions = {}): ResourceMetrics {
  const clock = wallClock(analyzed, options.appSpans, options.wall);
  const maker = new MetricMaker(analyzed, clock);
  const { facts } = analyzed;
  const assistNs = facts.assists.endNs.reduce((sum, endNs, row) => sum + endNs - (facts.assists.startNs[row] ?? 0), 0);
  const metrics = [
    maker.counter(
      'go.memory.gc.cycles',
      '{gc_cycle}',
      'GC cycles that ended',
      countsOf(
        facts.gcCycles.filter(({ cutEnd }) => !cutEnd),
        () => ({}),
      ),
    ),
    maker.counter(
      'gclens.gc.cycles.started',
      '{gc_cycle}',
      'GC cycles that began, by what began them',
      countsOf(
        facts.gcCycles.filter(({ cutStart }) => !cutStart),
        ({ trigger }) => ({ 'gclens.gc.trigger': trigger }),
      ),
    ),
    maker.histogram('go.memory.gc.pause.duration', 'Stop-the-worlds of the GC', [{ attributes: {}, value: maker.pauses() }]),
    maker.histogram('go.schedule.duration', 'Time that goroutines waited for a P', maker.schedulerLatencies()),
    maker.levels('go.memory.gc.goal', 'By', 'Heap size target for the end of the GC cycle', facts.heap.goalNs, facts.heap.goalBytes, {}),
    maker.levels('go.memory.used', 'By', 'Memory of heap objects', facts.heap.liveNs, facts.heap.liveBytes, {
      'go.memory.type': 'other',
      'go.memory.detailed_type': 'heap/objects',
    }),
    maker.processorLimit(),
    maker.counter('gclens.gc.assists', '{assist}', 'Mark assists', [{ attributes: {}, value: facts.assists.length }]),
    maker.counter(
      'gclens.gc.assist.time',
      's',
      'Time of goroutines in mark assists, on and off the CPU',
      [{ attributes: {}, value: assistNs / nsPerSecond }],
      ValueType.DOUBLE,
    ),
    maker.ratio(
      'gclens.gc.assist.ratio',
      'Time in mark assists, on and off the CPU, for each second that goroutines ran',
      assistNs,
      facts.classTotals.runningNs,
    ),
  ];
  return {
    resource: captureResource(capture, clock, options),
    scopeMetrics: [{ scope, metrics: metrics.filter(({ dataPoints }) => dataPoints.length > 0) }],
  };
}

/** The one request that holds all metrics of a capture. */
export function metricsRequest(metrics: ResourceMetrics): SignalRequest {
  const items = metrics.scopeMetrics.flatMap((scoped) => scoped.metrics).reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
  const serializers = { json: JsonMetricsSerializer, protobuf: ProtobufMetricsSerializer };
  return {
    signal: 'metrics',
    items,
    key: `metrics ${items}`,
    hasJson: true,
    encode: (encoding) => serializers[encoding].serializeRequest(metrics) ?? new Uint8Array(),
  };
}

interface Value<T> {
  readonly attributes: Attributes;
  readonly value: T;
}

function countsOf<T>(items: readonly T[], attributesOf: (item: T) => Attributes): Value<number>[] {
  const groups = groupBy(items, (item) => JSON.stringify(attributesOf(item)));
  const counts = [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map((first) => ({ attributes: attributesOf(first), value: group.length })),
  );
  return counts.length === 0 ? [{ attributes: {}, value: 0 }] : counts;
}

/** Makes metrics of one trace. */
class MetricMaker {
  private readonly startTime: HrTime;
  private readonly endTime: HrTime;
  /** Moments at which levels are read, rising. */
  private readonly momentsNs: readonly number[];

  constructor(
    private readonly analyzed: AnalyzedTrace,
    private readonly clock: Clock,
  ) {
    const { startNs, endNs, gcCycles } = analyzed.facts;
    this.startTime = clock.toHrTime(startNs);
    this.endTime = clock.toHrTime(endNs);
    this.momentsNs = [...new Set([startNs, endNs, ...gcCycles.flatMap((cycle) => [cycle.startNs, cycle.endNs])])].sort((a, b) => a - b);
  }

  counter(name: string, unit: string, description: string, values: readonly Value<number>[], valueType = ValueType.INT): MetricData {
    return {
      descriptor: { name, description, unit, valueType },
      dataPointType: DataPointType.SUM,
      aggregationTemporality: AggregationTemporality.DELTA,
      isMonotonic: true,
      dataPoints: values.map(({ attributes, value }) => ({ attributes, value, startTime: this.startTime, endTime: this.endTime })),
    };
  }

  histogram(name: string, description: string, values: readonly Value<Histogram>[]): MetricData {
    return {
      descriptor: { name, description, unit: 's', valueType: ValueType.DOUBLE },
      dataPointType: DataPointType.HISTOGRAM,
      aggregationTemporality: AggregationTemporality.DELTA,
      dataPoints: values.map(({ attributes, value }) => ({ attributes, value, startTime: this.startTime, endTime: this.endTime })),
    };
  }

  /** A level that steps tell: what it was at each moment. An UpDownCounter, whose sum since the start of the trace is the level. */
  levels(
    name: string,
    unit: string,
    description: string,
    stepNs: ArrayLike<number>,
    value: ArrayLike<number>,
    attributes: Attributes,
  ): MetricData {
    let step = -1;
    const points = this.momentsNs.flatMap((momentNs) => {
      while ((stepNs[step + 1] ?? Infinity) <= momentNs) {
        step++;
      }
      const level = value[step];
      return level === undefined || Number.isNaN(level)
        ? []
        : [{ attributes, value: level, startTime: this.startTime, endTime: this.clock.toHrTime(momentNs) }];
    });
    return {
      descriptor: { name, description, unit, valueType: ValueType.INT },
      dataPointType: DataPointType.SUM,
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      isMonotonic: false,
      dataPoints: points,
    };
  }

  ratio(name: string, description: string, part: number, whole: number): MetricData {
    const point = { attributes: {}, value: part / whole, startTime: this.startTime, endTime: this.endTime };
    return {
      descriptor: { name, description, unit: '1', valueType: ValueType.DOUBLE },
      dataPointType: DataPointType.GAUGE,
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPoints: whole > 0 ? [point] : [],
    };
  }

  processorLimit(): MetricData {
    const { timeNs, count } = findProcCount(this.analyzed.trace);
    return this.levels('go.processor.limit', '{thread}', 'Ps that can run goroutines (GOMAXPROCS)', timeNs, count, {});
  }

  /** Stop-the-worlds of the GC that the trace holds from begin to end. */
  pauses(): Histogram {
    const seconds = this.analyzed.facts.stops
      .filter(({ isGc, cutStart, cutEnd }) => isGc && !cutStart && !cutEnd)
      .map(({ startNs, endNs }) => (endNs - startNs) / nsPerSecond);
    const counts = Array.from({ length: pauseBounds.length + 1 }, () => 0);
    for (const pause of seconds) {
      const bucket = pauseBounds.findIndex((bound) => pause <= bound);
      const at = bucket < 0 ? pauseBounds.length : bucket;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return {
      buckets: { boundaries: pauseBounds, counts },
      count: seconds.length,
      sum: seconds.reduce((sum, pause) => sum + pause, 0),
      ...(seconds.length === 0
        ? {}
        : { min: seconds.reduce((least, pause) => Math.min(least, pause)), max: seconds.reduce((most, pause) => Math.max(most, pause)) }),
    };
  }

  /** By what the collector did meanwhile; bounds are those of the facts, two an octave. */
  schedulerLatencies(): Value<Histogram>[] {
    return latencyPhases.flatMap((phase) => {
      const { buckets, totalNs, maxNs } = this.analyzed.facts.schedulerLatencies[phase];
      const perRow = buckets.length / latencyRows;
      const rows = Array.from({ length: latencyRows }, (_, row) =>
        buckets.subarray(row * perRow, (row + 1) * perRow).reduce((sum, count) => sum + count, 0),
      );
      const first = rows.findIndex((count) => count > 0);
      const last = rows.findLastIndex((count) => count > 0);
      if (first < 0) {
        return [];
      }
      // Rows are [start, next start) of whole ns, buckets of OTLP (bound, bound]: a row's upper bound is the last ns of it.
      const boundaries = rows.slice(first, last).map((_, k) => (latencyRowStartNs(first + k + 1) - 1) / nsPerSecond);
      const counts = rows.slice(first, last + 1);
      const count = counts.reduce((sum, one) => sum + one, 0);
      return [
        {
          attributes: { 'gclens.gc.phase': phase },
          value: { buckets: { boundaries, counts }, count, sum: totalNs / nsPerSecond, max: maxNs / nsPerSecond },
        },
      ];
    });
  }
}
