import type { Notice, Ns } from '../base';
import type { Profile } from '../pprof';
import type { Trace } from '../gotrace';
import type { GcCycle, MapOp, RuntimeFacts, Task } from '../runtime';

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
  /** Damage, missing wall clock, few samples … */
  readonly notices: readonly Notice[];
}

/** What identifies a task outside of the process; facts.md section 8. */
export interface TaskIdentity {
  readonly ids: readonly SpanId[];
  /** `http.request_id` and the like: attributes, not ids. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A span that a task belongs to, and how that is known. */
export interface SpanId {
  readonly traceId?: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Category of the log, or 'otlp', 'samples'. */
  readonly source: string;
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
