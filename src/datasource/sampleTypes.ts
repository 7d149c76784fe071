import { type latencySubjects, likeGoToolTrace, type TraceSampleType } from '../frames';

const descriptions: Readonly<Record<TraceSampleType | (typeof latencySubjects)[number] | typeof likeGoToolTrace, string>> = {
  cpu: 'CPU samples',
  assist: 'Trace: time spent assisting the garbage collector',
  'gc-trigger': 'Trace: where GC cycles were triggered',
  net: 'Trace: time spent waiting for the network',
  sync: 'Trace: time spent waiting for channels, locks and other goroutines',
  syscall: 'Trace: time spent in system calls',
  sched: 'Trace: time spent ready to run, waiting for a P',
  scheduler: 'How long goroutines waited for a P',
  tasks: 'How long requests took',
  [likeGoToolTrace]: 'Counts each later run of a mark worker twice, as go tool trace does',
};

/** What a view counts, for pickers: those of traces say it, the names of a profile's sample types speak for themselves. */
export function sampleTypeOption(value: string): { readonly value: string; readonly label: string; readonly description?: string } {
  const described: Readonly<Record<string, string>> = descriptions;
  const description = Object.hasOwn(described, value) ? described[value] : undefined;
  return { value, label: value, ...(description === undefined ? {} : { description }) };
}
