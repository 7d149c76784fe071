/** A unit of Grafana, and by what values are multiplied to be in it. */
export interface GrafanaUnit {
  readonly unit: string;
  readonly factor: number;
}

const units: Readonly<Record<string, GrafanaUnit>> = {
  nanoseconds: { unit: 'ns', factor: 1 },
  microseconds: { unit: 'ns', factor: 1e3 },
  milliseconds: { unit: 'ns', factor: 1e6 },
  seconds: { unit: 'ns', factor: 1e9 },
  bytes: { unit: 'bytes', factor: 1 },
};

/**
 * Grafana's unit for one of pprof's. The flame graph knows `bytes` and `ns` by name (grafana-flamegraph types.ts, SampleUnit) and counts everything
 * else, so all times become nanoseconds.
 */
export function grafanaUnit(pprofUnit: string): GrafanaUnit {
  const name = pprofUnit.toLowerCase();
  return units[name] ?? units[`${name}s`] ?? { unit: 'short', factor: 1 };
}
