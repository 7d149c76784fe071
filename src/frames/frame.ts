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
  notices?: { severity: 'info' | 'warning' | 'error'; text: string }[];
  executedQueryString?: string;
  custom?: Record<string, unknown>;
  type?: string;
  typeVersion?: [number, number];
  uniqueRowIdFields?: number[];
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
