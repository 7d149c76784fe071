import { type BlockingKind, blockingKinds } from '../../src/runtime';
import { officialTraces, recordedTraces, serviceTraces, type TraceCase, v1Traces } from './traceFixtures';

/**
 * What `go tool trace -pprof=KIND` (Go 1.26.8) says of a trace: the hash of what the profile holds and of what `go tool pprof -top` prints of it; of
 * format v1 the values themselves, for the official reader breaks ties between threads at random, which moves a time by some ns.
 */
export type BlockingAnswer =
  | { readonly error: string }
  | { readonly hash: string; readonly top?: string }
  | { readonly head: unknown; readonly values: Readonly<Record<string, readonly (number | undefined)[]>> };

/** By name of the trace, then by kind. */
export type BlockingAnswers = Readonly<Record<string, Readonly<Record<string, BlockingAnswer>>>>;

/** Traces that are read whole: of a damaged one gclens keeps what comes after the last whole generation too. */
export function blockingTraces(): (readonly [name: string, fixture: TraceCase])[] {
  return [...recordedTraces(), ...serviceTraces(), ...v1Traces(), ...officialTraces()].flatMap(([name, fixture]) =>
    fixture.error === null ? [[name, fixture] as const] : [],
  );
}

/** The official reader's own tests are about system calls and Ps. */
export function kindsOf(name: string): readonly BlockingKind[] {
  return name.endsWith('.test') ? ['syscall', 'sched'] : blockingKinds;
}
