import type { FactUnit } from './units';

/** What facts are about: a capture as a whole, or each of several things in it. */
export const scopes = ['capture', 'endpoint', 'cause', 'stop', 'owner', 'leak'] as const;
export type Scope = (typeof scopes)[number];

/** A fact's value: a number in its unit, a text, several texts; null where it is not known. */
export type FactValue = number | string | readonly string[] | null;

/** What captures must hold for a fact to be known, and how to record it. */
export const needs = {
  trace: {
    what: 'an execution trace',
    how: 'curl -o trace.out http://HOST/debug/pprof/trace?seconds=5',
  },
  cycles: {
    what: 'an execution trace with a GC cycle in it',
    how: 'record longer, or while the service is under load',
  },
  tasks: {
    what: 'an execution trace with tasks',
    how: 'let the service make a runtime/trace task for each request, as the OpenTelemetry SDK does',
  },
  samples: {
    what: 'CPU samples: a CPU profile, or a trace that was recorded while one was running',
    how: 'curl -o cpu.pprof http://HOST/debug/pprof/profile?seconds=5, at the same time as the trace',
  },
  heap: {
    what: 'a heap profile',
    how: 'curl -o heap.pprof http://HOST/debug/pprof/heap',
  },
  allocs: {
    what: 'an allocs or heap profile',
    how: 'curl -o allocs.pprof http://HOST/debug/pprof/allocs',
  },
} as const;
export type Need = keyof typeof needs;

/** A named number or text that rules and thresholds speak of. */
export interface Fact<Subject = never> {
  readonly name: string;
  readonly scope: Scope;
  readonly unit: FactUnit;
  readonly needs: Need;
  readonly of: (subject: Subject) => FactValue;
}

/** What one evaluation of a rule is about, with what its facts are read from. */
export interface Subject {
  readonly scope: Scope;
  /** `GET /range`, a function, a reason; '' of a capture. */
  readonly name: string;
  readonly factOf: (name: string) => FactValue;
}
