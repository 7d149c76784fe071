import type { Attributes } from '@opentelemetry/api';

import type { TaskCost } from '../runtime';

/** Attribute of each cost class, in ns; OpenTelemetry writes names in snake_case. */
export const costKeys: Readonly<Record<keyof TaskCost, string>> = {
  stwGC: 'gclens.cost.stw_gc',
  stwOther: 'gclens.cost.stw_other',
  assistWait: 'gclens.cost.assist_wait',
  assist: 'gclens.cost.assist',
  sweep: 'gclens.cost.sweep',
  runnableInMark: 'gclens.cost.runnable_in_mark',
  runnable: 'gclens.cost.runnable',
  running: 'gclens.cost.running',
  syscall: 'gclens.cost.syscall',
  waiting: 'gclens.cost.waiting',
  absent: 'gclens.cost.absent',
  gcTax: 'gclens.cost.gc_tax',
};

/** The cost of a request; the classes add up to its duration, `gc_tax` is their GC part. Empty when the request's begin is not in the trace. */
export function costAttributes(cost: TaskCost | null): Attributes {
  const attributes: Attributes = {};
  if (cost !== null) {
    for (const name of Object.keys(costKeys) as (keyof TaskCost)[]) {
      attributes[costKeys[name]] = cost[name];
    }
  }
  return attributes;
}
