import { remember } from '../base';
import type { Trace } from '../gotrace';
import { RowGroups, type RuntimeFacts } from '../runtime';
import { type DirectedMapOp, isLibrarysOwn } from './allocatingOperation';
import { mapPreemptions } from './mapPreemptions';
import { stackSitesOf } from './stackSite';

/** How often a map operation that a line asks for was seen. */
export interface SeenWork extends DirectedMapOp {
  readonly line: string;
  readonly samples: number;
  readonly preemptions: number;
}

/** What CPU samples and preemptions show of one function. */
export interface SeenFunction {
  /** CPU samples on its lines, map work or not. */
  readonly samples: number;
  /** Map operations that it asks for, most samples first. */
  readonly works: readonly SeenWork[];
}

/** By function: what was seen of it. What a library does with maps of its own is not the program's map work. */
export const functionsSeen = remember((samples: RuntimeFacts['samples'], trace: Trace): ReadonlyMap<string, SeenFunction> => {
  const sites = stackSitesOf(trace);
  const functions = new Map<string, { samples: number; readonly works: Map<string, SeenWork> }>();
  const functionOf = (name: string) => {
    const known = functions.get(name) ?? { samples: 0, works: new Map<string, SeenWork>() };
    functions.set(name, known);
    return known;
  };
  const add = (stack: number, seen: Pick<SeenWork, 'samples' | 'preemptions'>): void => {
    const site = sites.at(stack);
    const { mapOp: op, mapLine: line, mapFunction, iteration } = site;
    functionOf(site.function).samples += seen.samples;
    if (op !== null && line !== null && !isLibrarysOwn(site)) {
      const { works } = functionOf(mapFunction);
      const key = `${op} ${iteration ?? ''} ${line}`;
      const before = works.get(key) ?? { samples: 0, preemptions: 0 };
      works.set(key, {
        op,
        line,
        iteration,
        samples: before.samples + seen.samples,
        preemptions: before.preemptions + seen.preemptions,
      });
    }
  };
  const byStack = new RowGroups(samples.stack);
  for (let n = 0; n < byStack.length; n++) {
    add(byStack.keyAt(n), { samples: byStack.rowsAt(n).length, preemptions: 0 });
  }
  mapPreemptions(trace).forEach(({ length }, stack) => {
    add(stack, { samples: 0, preemptions: length });
  });
  const mostFirst = (a: SeenWork, b: SeenWork): number => b.samples - a.samples || b.preemptions - a.preemptions;
  return new Map([...functions].map(([name, seen]) => [name, { ...seen, works: [...seen.works.values()].sort(mostFirst) }]));
});
