import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

import type { CaptureRef, ViewQuery } from '../frames';

/** A query of the data source: the view query (version 1) with Grafana's own members. */
export interface GclensQuery extends DataQuery, ViewQuery {}

/** Where captures come from beside this browser: a running Go program, a store of files, or nowhere. */
export const sourceKinds = ['browser', 'live', 'store'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** What Grafana keeps encrypted and never gives to a browser. */
export interface GclensSecrets {
  /** Value of the query parameter that the settings name. */
  readonly secretParameter?: string;
}

/** Settings of the data source. Credentials are not among them: Grafana keeps them in secureJsonData and adds them to what it proxies. */
export interface GclensOptions extends DataSourceJsonData {
  /** Uid of the tracing data source (Tempo, Jaeger) that holds the application's own traces; links point there. */
  readonly tracingDatasourceUid?: string;
  /** Captures that answer queries which name none: those of Pyroscope panels, of Tempo's links, and taken over from other data sources. The newest drop without. */
  readonly defaultCaptures?: readonly CaptureRef[];
  /** Uid of the profile data source (Pyroscope) that holds the application's continuous profiles; links point there. */
  readonly profileDatasourceUid?: string;
  /** What the data source's URL leads to. */
  readonly source?: SourceKind;
  /** Seconds that Grafana's proxy waits for the head of an answer, 30 without; Grafana's own setting. */
  readonly timeout?: number | string;
  /** Window of a live capture whose query names none. */
  readonly seconds?: number;
  /** The longest window of a live capture. */
  readonly maxSeconds?: number;
  /** How long a live capture answers further queries that ask for the same. */
  readonly reuseSeconds?: number;
  /** Where `/debug/pprof` is below the URL; without it that is found out. */
  readonly pprofPath?: string;
  /** The largest file that is loaded, in MiB. */
  readonly maxMebibytes?: number;
  /** Path pattern of queries that name none: `{service}/{pod}/{time}.*`. */
  readonly glob?: string;
  /** Name of a query parameter that Grafana's proxy adds to every request; its value is `secretParameter` of secureJsonData. */
  readonly secretParameter?: string;
  /** What labels of the path are where a query does not say. */
  readonly labels?: Readonly<Record<string, string>>;
}
