/**
 * What a Go program serves below `/debug/pprof` (Go src/net/http/pprof/pprof.go), by the last element of its path. The order is that of menus and messages.
 */
export const liveProfiles = ['profile', 'trace', 'heap', 'allocs', 'goroutine', 'mutex', 'block'] as const;
export type LiveProfile = (typeof liveProfiles)[number];

/** How a profile is taken, and what it is good for. */
export interface LiveProfileDescription {
  readonly label: string;
  readonly description: string;
  /** Whether it is recorded over a window of seconds; otherwise it is the state of one moment. */
  readonly hasWindow: boolean;
  readonly fileName: string;
}

const descriptions: Readonly<Record<LiveProfile, LiveProfileDescription>> = {
  profile: {
    label: 'CPU profile',
    description: 'Where CPU time goes, 100 samples a second; a Go program takes one at a time',
    hasWindow: true,
    fileName: 'cpu.pprof',
  },
  trace: {
    label: 'Execution trace',
    description: 'GC, goroutines, requests, to the nanosecond; a Go program takes one at a time',
    hasWindow: true,
    fileName: 'trace.out',
  },
  heap: { label: 'Heap', description: 'Memory that is in use, by the line that allocated it', hasWindow: false, fileName: 'heap.pprof' },
  allocs: { label: 'Allocations', description: 'What was allocated in the window, by line', hasWindow: true, fileName: 'allocs.pprof' },
  goroutine: { label: 'Goroutines', description: 'Stacks of all goroutines', hasWindow: false, fileName: 'goroutine.pprof' },
  mutex: {
    label: 'Mutex',
    description: 'Who holds locks that others wait for, in the window; empty unless the program calls runtime.SetMutexProfileFraction',
    hasWindow: true,
    fileName: 'mutex.pprof',
  },
  block: {
    label: 'Block',
    description: 'Who waits for locks and channels, in the window; empty unless the program calls runtime.SetBlockProfileRate',
    hasWindow: true,
    fileName: 'block.pprof',
  },
};

export function describeLiveProfile(profile: LiveProfile): LiveProfileDescription {
  return descriptions[profile];
}
