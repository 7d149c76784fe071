/** What the collector does on a thread: marking and sweeping in the background, or what goroutines that allocate have to help with. */
export type CollectorWork = 'assist' | 'mark';

const workOfFunction: ReadonlyMap<string, CollectorWork> = new Map([
  ['runtime.gcAssistAlloc', 'assist'],
  ['runtime.gcAssistAlloc1', 'assist'],
  ['runtime.gcBgMarkWorker', 'mark'],
  ['runtime.gcDrain', 'mark'],
  ['runtime.bgsweep', 'mark'],
]);

/** Which work of the collector a function of the runtime does (Go src/runtime/mgcmark.go, mgc.go, mgcsweep.go); null of any other. */
export function collectorWorkOf(functionName: string): CollectorWork | null {
  return workOfFunction.get(functionName) ?? null;
}
