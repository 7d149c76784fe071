import type { Notice, Ns } from '../base';
import type { CaptureInfo } from '../capture';
import type { CaptureRef } from './query';

/** What surrounds a query: who asks, and what the frames may point to. */
export interface FrameContext {
  /** Grafana's name of the query; every frame carries it. */
  readonly refId: string;
  /** Plugin id of the panel that asks; `auto` goes by it. Absent in Explore, where `auto` answers with several frames. */
  readonly panelPluginId?: string | undefined;
  /** The view `captures` lists these. */
  readonly stored?: readonly ListedCapture[] | undefined;
  /** The view `captures` lists these instead where the query names a directory or bucket. */
  readonly listed?: readonly ListedMoment[] | undefined;
  /** The data source itself, for links from a frame to another view; without it there are none. */
  readonly datasource?: DatasourceRef | undefined;
  /** What links name to find the same captures again; those of the query without. Empty where nothing does that fits into a link. */
  readonly linkCaptures?: readonly CaptureRef[] | undefined;
  /** Tracing data source (Tempo, Jaeger) that holds the application's own traces; links point there. */
  readonly tracingDatasource?: LinkedDatasource | undefined;
  /** Profile data source (Pyroscope) that holds the application's continuous profiles; links point there. */
  readonly profileDatasource?: LinkedDatasource | undefined;
  /** What the asking panel shows of the time axis; the timeline is drawn finer inside of it. */
  readonly range?: TimeRangeMs | undefined;
  /**
   * Set while a trace is still being read: the frames then show what is read so far, and say so. Regions that were open when the trace began are missing until
   * their end is read.
   */
  readonly reading?: Reading | undefined;
  /** What else a reader must know of the files: the notices of opening them. */
  readonly notices?: readonly Notice[] | undefined;
}

/** How far a trace is read. */
export interface Reading {
  /** The generation that is being read, from 1 on, and how many there are. */
  readonly generation: number;
  readonly generations: number;
  /** When the whole trace ends, as far as that is known before it is read; relative to `Trace.originNs`. */
  readonly endNs: Ns;
}

/** A capture of the store, with what the store and the worker know of it. */
export interface ListedCapture extends CaptureInfo {
  /** When it was dropped into the store; captures of one drop belong together. */
  readonly droppedAtMs?: number;
  /** Whether the worker holds it decoded. */
  readonly isDecoded?: boolean;
}

/** Files of one moment of one process that a directory or bucket has. */
export interface ListedMoment {
  readonly unixMs: number;
  /** Of the path: service, pod … */
  readonly labels: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number | null }[];
}

/** A Grafana data source, as links name it. */
export interface DatasourceRef {
  readonly uid: string;
  readonly name: string;
}

/** A data source of another kind, with its kind: each has a query model of its own. */
export interface LinkedDatasource extends DatasourceRef {
  /** Plugin id: `tempo`, `jaeger`, `grafana-pyroscope-datasource` … */
  readonly type: string;
}

/** Milliseconds of Grafana's time axis. */
export interface TimeRangeMs {
  readonly fromMs: number;
  readonly toMs: number;
}
