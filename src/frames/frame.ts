import type { TimeRangeMs } from './context';

/** Grafana's frame as plain data: arrays only, so that snapshots, panel JSON and workers carry it. Mirrors DataFrameDTO of @grafana/data. */
export interface Frame {
  refId: string;
  name?: string;
  meta?: FrameMeta;
  fields: Field[];
  length: number;
}

/** What Grafana is told of a frame as a whole. */
export interface FrameMeta {
  preferredVisualisationType?: 'graph' | 'table' | 'logs' | 'trace' | 'nodeGraph' | 'flamegraph';
  preferredVisualisationPluginId?: string;
  dataTopic?: 'annotations';
  notices?: FrameNotice[];
  executedQueryString?: string;
  custom?: Record<string, unknown>;
  type?: string;
  typeVersion?: [number, number];
  uniqueRowIdFields?: number[];
}

/** What a reader of a frame must know. */
export interface FrameNotice {
  severity: 'info' | 'warning' | 'error';
  text: string;
  /** The time that the panel should show instead; the data source makes a link of it. */
  range?: TimeRangeMs;
}

/** Grafana's field types. */
export type FieldType = 'time' | 'number' | 'string' | 'boolean' | 'other' | 'enum';

/** A column; `nanos` are the nanoseconds below the milliseconds of a time. */
export interface Field {
  name: string;
  type: FieldType;
  config: Record<string, unknown>;
  values: unknown[];
  labels?: Record<string, string>;
  nanos?: number[];
}
