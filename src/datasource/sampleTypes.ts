import type { TraceSampleType } from '../frames';

const ofTraces: Readonly<Record<TraceSampleType, string>> = {
  cpu: 'CPU samples',
  assist: 'Trace: time spent assisting the garbage collector',
  'gc-trigger': 'Trace: where GC cycles were triggered',
  net: 'Trace: time spent waiting for the network',
  sync: 'Trace: time spent waiting for channels, locks and other goroutines',
  syscall: 'Trace: time spent in system calls',
  sched: 'Trace: time spent ready to run, waiting for a P',
};

/** What a flame graph counts, for pickers: trace flame graphs say it, the names of a profile's sample types speak for themselves. */
export function sampleTypeOption(value: string): { readonly value: string; readonly label: string; readonly description?: string } {
  const described: Readonly<Record<string, string>> = ofTraces;
  const description = Object.hasOwn(described, value) ? described[value] : undefined;
  return { value, label: value, ...(description === undefined ? {} : { description }) };
}
