import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

import type { CaptureRef, ViewQuery } from '../frames';

/** A query of the data source: the view query (version 1) with Grafana's own members. */
export interface GclensQuery extends DataQuery, ViewQuery {}

/** Settings of the data source. */
export interface GclensOptions extends DataSourceJsonData {
  /** Uid of the tracing data source (Tempo, Jaeger) that holds the application's own traces; links point there. */
  readonly tracingDatasourceUid?: string;
  /** Captures that answer queries which name none: those of Pyroscope panels, of Tempo's links, and taken over from other data sources. The newest drop without. */
  readonly defaultCaptures?: readonly CaptureRef[];
}
