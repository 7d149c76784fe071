import type { LiveProfile, Sha256 } from '../capture';
import type { View } from './views';

/** What of a trace becomes a flame graph: CPU samples, assists, what began GC cycles, and waits by the names of `go tool trace -pprof=`. */
export const traceSampleTypes = ['cpu', 'assist', 'gc-trigger', 'net', 'sync', 'syscall', 'sched'] as const;
export type TraceSampleType = (typeof traceSampleTypes)[number];

/** Whose latency: how long goroutines waited for a P, or how long tasks took. */
export const latencySubjects = ['scheduler', 'tasks'] as const;

/** The sample type of the view `mmu` that counts as `go tool trace` does, double runs of workers included. */
export const likeGoToolTrace = 'go tool trace';

/** What to read. Several captures in one query are one process' files of one moment. */
export type CaptureRef =
  /** A file of this browser's store. */
  | { readonly by: 'sha256'; readonly sha256: Sha256; readonly name?: string }
  /** The newest drop of this browser's store. */
  | { readonly by: 'latest' }
  /** The capture that comes with gclens. */
  | { readonly by: 'sample' }
  | EmbeddedRef
  | LiveRef
  | UrlRef
  | StoreRef
  | VariableRef;

/** A small capture inside of the query itself: it travels with the dashboard. */
export interface EmbeddedRef {
  readonly by: 'embedded';
  readonly name: string;
  /** The original bytes in base64. */
  readonly data: string;
}

/** What a running Go program records when it is asked, through the data source's URL. Headers, which may be secrets, come from the data source's settings alone. */
export interface LiveRef {
  readonly by: 'live';
  /** Taken at the same time, below the program's `/debug/pprof`. */
  readonly profiles: readonly LiveProfile[];
  /** Length of the window of those that have one; without it that of the data source's settings. */
  readonly seconds?: number;
  /** A further request below the data source's URL whose answer is a capture, with its query string: the dump of a flight recorder. */
  readonly path?: string;
  /** Of the further request, GET without. */
  readonly method?: LiveMethod;
}

export const liveMethods = ['GET', 'POST'] as const;
export type LiveMethod = (typeof liveMethods)[number];

/** One file below the data source's URL. */
export interface UrlRef {
  readonly by: 'url';
  /** With its query string, where there is one; never another host. */
  readonly path: string;
}

/** Captures that a listing (directory, WebDAV, bucket) below the data source's URL shows. */
export interface StoreRef {
  readonly by: 'store';
  /** Which paths: `{service}/{pod}/{time}.*` with labels, `*`, `**` and `{a,b}`. Without it the pattern of the data source's settings. */
  readonly glob?: string;
  /** The files of the newest moment, of all or within the dashboard's time range. */
  readonly pick: StorePick;
  /** What labels of the path must be, as globs: `{ service: 'checkout' }`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Whatever a dashboard's variable names: a sha-256, `sample`, `latest`, or a path below the data source's URL; one of them a line where it has several values. */
export interface VariableRef {
  readonly by: 'variable';
  /** `$capture`. */
  readonly variable: string;
}

/** What of a capture is marked on a time axis. */
export const regionKinds = ['cycles', 'stops', 'findings'] as const;
export type RegionKind = (typeof regionKinds)[number];

export const storePicks = ['latest', 'range'] as const;
export type StorePick = (typeof storePicks)[number];

/** The part of GclensQuery that the frames need; the data source adds Grafana's DataQuery members. */
export interface ViewQuery {
  readonly version: 1;
  /** 'auto' picks by the panel that asks. */
  readonly view: View | 'auto';
  readonly captures: readonly CaptureRef[];
  /** compare, mapHeap, flame: what the captures are compared with. */
  readonly baseline?: readonly CaptureRef[];
  /** {map_op="iterate", span_id=~"ab.*"}: matchers over pprof labels, task attributes, state. */
  readonly selector?: string;
  /** A trace id, span id, request id or task id. */
  readonly query?: string;
  /** flame: sample type of a profile, or one of {@link traceSampleTypes}; latency: one of {@link latencySubjects}, both without; mmu: {@link likeGoToolTrace}. */
  readonly sampleType?: string;
  /** Only what overlaps this GC cycle (its seq). */
  readonly cycle?: number;
  /** flame, top, callGraph: a regular expression; only stacks with a function or file that matches, as -focus of go tool pprof. */
  readonly focus?: string;
  readonly maxNodes?: number;
  readonly limit?: number;
  readonly timeUnit?: 'real' | 'stretched';
  /** regions: what is marked; all without. */
  readonly regions?: readonly RegionKind[];
  /** Joins captures also where they are of another process or moment than the trace. */
  readonly joinAnyway?: boolean;
}
