import type { Notice, Ns } from '../base';
import type { Profile } from '../pprof';
import type { Trace } from '../gotrace';
import type { GcCycle, MapOp, RuntimeFacts, Task } from '../runtime';
import type { CodeImage } from './codeImage';
import type { FingerprintJoin } from './fingerprints';

/** A trace with all that is known of it: what frames, spans and the command line are made from. */
export interface AnalyzedTrace {
  readonly trace: Trace;
  readonly facts: RuntimeFacts;
  /** By row of facts.tasks. */
  readonly identities: IdentityTable;
  /** Row k belongs to facts.gcCycles[k]. */
  readonly cycles: readonly CycleActivity[];
  readonly overlap: Overlap;
  readonly mapSites: readonly MapSite[];
  readonly joins: TraceJoins;
  /** Damage, missing wall clock, few samples … */
  readonly notices: readonly Notice[];
}

/** Whether a capture can be of the process and the moment of another one. */
export interface Belonging {
  /** Why not, as clauses; none when it can. */
  readonly reasons: readonly string[];
}

/** Whether something beside a trace was joined to it: not where it does not belong, unless that was asked for. */
export interface Join extends Belonging {
  readonly isJoined: boolean;
}

/** A trace's program, and what was joined to the trace of what was given beside it. */
export interface TraceJoins {
  readonly code: CodeImage;
  /** Null when no profile was given. */
  readonly profile: Join | null;
  /** Which of the CPU profiles that is, in their order: the first that belongs, else the first. */
  readonly cpuProfile: number;
  /** Null when no spans were given. */
  readonly appSpans: Join | null;
  /** What the samples of the profile say of tasks; null without a joined profile. */
  readonly fingerprints: FingerprintJoin | null;
}

/** What identifies a task outside of the process; facts.md section 8. */
export interface TaskIdentity {
  readonly ids: readonly SpanId[];
  /** `http.request_id` and the like: attributes, not ids. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The trace that a task is part of, where nothing names its span. */
  readonly trace?: TraceId;
}

/** How an id is written down or found out. */
export type IdDialect =
  | 'traceparent'
  | 'traceparent-before-task'
  | 'datadog-raw'
  | 'datadog-decimal'
  | 'otlp-id'
  | 'otlp-time'
  | 'label-trace'
  | 'log-line'
  | 'samples-datadog'
  | 'samples-grafana'
  | 'samples-polarsignals';

/** How an id is known. */
export interface IdOrigin {
  /** Category of the log, or 'otlp', 'samples'. */
  readonly source: string;
  readonly dialect: IdDialect;
  /** What shows it: which log, span or label. A noun phrase. */
  readonly evidence: string;
  /** Of what is inferred from samples: how much of them fits, 0 to 1. */
  readonly score?: number;
}

/** A span that a task belongs to. */
export interface SpanId extends IdOrigin {
  readonly traceId?: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
}

/** A trace that a task belongs to. */
export interface TraceId extends IdOrigin {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
}

/** What identifies each task; made for a task when asked for it. */
export interface IdentityTable {
  readonly length: number;
  at(row: number): TaskIdentity | undefined;
  /** Whether a task has an id, without making it. */
  isIdentified(row: number): boolean;
}

/** facts.md section 10, per cycle. */
export interface CycleActivity {
  readonly mapRegionNs: Ns;
  readonly mapSamples: number;
  readonly samples: number;
  readonly assistNs: Ns;
  readonly assistCount: number;
  readonly stwNs: Ns;
}

/** Map activity inside and outside of all GC cycles; facts.md section 10. */
export interface Overlap {
  readonly cycleWallNs: Ns;
  readonly outsideWallNs: Ns;
  readonly inCycles: { readonly mapRegionNs: Ns; readonly mapSamples: number; readonly samples: number };
  readonly outside: { readonly mapRegionNs: Ns; readonly mapSamples: number; readonly samples: number };
  readonly lift: number | null;
}

/** A line by map operation, with its CPU samples. */
export interface MapSite {
  readonly op: MapOp;
  readonly site: string;
  readonly samples: number;
}

/** The answer in words on top of every view: facts with their evidence, in plain sentences. */
export interface Answer {
  /** One sentence: was it map iteration. */
  readonly headline: string;
  /** Share of map activity that fell into GC, the lines, the requests that paid: one sentence each, evidence named. */
  readonly details: readonly string[];
}

/** A decoded profile with its identity. */
export interface ProfileCapture {
  readonly kind: 'pprof';
  readonly sha256: string;
  readonly name: string;
  readonly profile: Profile;
}

/** An analysed trace with its identity. */
export interface TraceCapture {
  readonly kind: 'trace';
  readonly sha256: string;
  readonly name: string;
  readonly analyzed: AnalyzedTrace;
}

/** A decoded capture as frames and spans take it. */
export type Capture = ProfileCapture | TraceCapture;

export type { GcCycle, Task };
