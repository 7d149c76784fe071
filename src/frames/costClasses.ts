import type { CostClass } from '../runtime';

interface ShownCostClass {
  readonly name: CostClass;
  readonly title: string;
  readonly color: string;
  readonly description: string;
}

/** The classes of a task's cost (facts.md section 7), those of the GC tax first. Colours are names of Grafana's palette. */
export const costClasses: readonly ShownCostClass[] = [
  { name: 'stwGC', title: 'stopped by GC', color: 'red', description: 'Running or runnable inside a stop-the-world of the GC' },
  { name: 'assistWait', title: 'assist wait', color: 'dark-orange', description: 'Waiting for GC mark assist credit' },
  { name: 'assist', title: 'assist', color: 'orange', description: 'On the CPU inside a GC mark assist of its own' },
  { name: 'sweep', title: 'sweep', color: 'yellow', description: 'On a P that sweeps spans to allocate' },
  {
    name: 'runnableInMark',
    title: 'runnable in mark',
    color: 'super-light-orange',
    description: 'Waiting for a P while the GC marks, or inside an assist of its own',
  },
  {
    name: 'stwOther',
    title: 'other stop',
    color: 'purple',
    description: 'Running or runnable inside a stop-the-world that is not the GC’s',
  },
  { name: 'runnable', title: 'runnable', color: 'light-blue', description: 'Waiting for a P outside of GC marking' },
  { name: 'running', title: 'running', color: 'green', description: 'On the CPU for itself' },
  { name: 'syscall', title: 'syscall', color: 'blue', description: 'In a system call' },
  { name: 'waiting', title: 'waiting', color: 'semi-dark-blue', description: 'Blocked: channel, lock, network, timer' },
  { name: 'absent', title: 'unknown', color: 'gray', description: 'Nothing is known of the goroutine' },
];
