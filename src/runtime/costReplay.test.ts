import fc from 'fast-check';

import { drawFacts, emptyTrace } from '../correlate/drawnFacts.testing';
import { taskCostIntervals } from './costReplay';
import { listOf } from './listOf';

/** The classes of the first task that are not 0. */
function costOf(picture: string): Record<string, number> {
  const cost = drawFacts(picture).costs.at(0);
  return Object.fromEntries(Object.entries(cost ?? {}).filter(([, ns]) => ns !== 0));
}

describe('costs of tasks', () => {
  it('gives each instant to the first class that holds', () => {
    expect(
      costOf(`
        g1 P0    RRRRRRRRrrrrrrwwwwaassss..
        mark     .xxxxxxxxxx...............
        assist 1 ..xxx.....................
        sweep 0  ....xx....................
        gcstop   ...x....x.................
        stop     .......x.x................
        task 5 1 xxxxxxxxxxxxxxxxxxxxxxxxxx`),
    ).toEqual({
      stwGC: 2,
      stwOther: 2,
      assist: 2,
      sweep: 1,
      running: 3,
      runnableInMark: 1,
      runnable: 3,
      waiting: 4,
      assistWait: 2,
      syscall: 4,
      absent: 2,
      gcTax: 8,
    });
  });

  it('lets a stopped world cost nothing to a goroutine that waits or is in a syscall', () => {
    expect(
      costOf(`
        g1 P0    wwwwssss
        gcstop   xxxxxxxx
        task 5 1 xxxxxxxx`),
    ).toEqual({ waiting: 4, syscall: 4 });
  });

  it('counts a runnable goroutine inside its assist as waiting for a P to assist on', () => {
    expect(
      costOf(`
        g1 P0    RRrrrR
        assist 1 .xxxxx
        task 5 1 xxxxxx`),
    ).toEqual({ running: 1, assist: 2, runnableInMark: 3, gcTax: 5 });
  });

  it('counts sweeping only on the P the goroutine runs on', () => {
    expect(
      costOf(`
        g1 P1    RRRR
        sweep 0  xxxx
        sweep 1  .xx.
        task 5 1 xxxx`),
    ).toEqual({ running: 2, sweep: 2, gcTax: 2 });
  });

  it('costs nothing of a goroutine nothing is known of, and null without a goroutine', () => {
    const facts = drawFacts(`
      task 5 1 .xx.
      task 6   .xx.`);
    expect([0, 1].map((row) => facts.costs.at(row)?.absent)).toEqual([2, undefined]);
  });

  it('adds up to the duration for any timelines and tasks, and equals counting every nanosecond', () => {
    const drawing = (chars: string) => fc.string({ unit: fc.constantFrom(...chars), minLength: 30, maxLength: 30 });
    const on = drawing('x..');
    fc.assert(
      fc.property(drawing('RRrrwas.'), on, on, on, on, on, on, on, (g, mark, gcstop, stop, assist, sweep, one, two) => {
        const facts = drawFacts(`
          g1 P0 ${g}
          mark ${mark}
          gcstop ${gcstop}
          stop ${stop}
          assist 1 ${assist}
          sweep 0 ${sweep}
          task 1 1 ${one}
          task 2 1 ${two}`);
        const intervalsOf = taskCostIntervals(emptyTrace, facts);
        listOf(facts.tasks).forEach((task, row) => {
          const { gcTax, ...classes } = facts.costs.at(row)!;
          for (const [name, ns] of Object.entries(classes)) {
            const intervals = intervalsOf(row).filter((interval) => interval.class === name);
            expect(intervals.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0)).toBe(ns);
          }
          expect(Object.values(classes).reduce((sum, ns) => sum + ns, 0)).toBe(task.endNs - task.startNs);
          let tax = 0;
          for (let t: number = task.startNs; t < task.endNs; t++) {
            const at = g[t]!;
            const isReady = at === 'R' || at === 'r';
            const inGc = at === 'R' ? assist[t] === 'x' || sweep[t] === 'x' : mark[t] === 'x' || assist[t] === 'x';
            tax += at === 'a' || (isReady && (gcstop[t] === 'x' || (stop[t] !== 'x' && inGc))) ? 1 : 0;
          }
          expect(gcTax).toBe(tax);
        });
      }),
    );
  });
});
