import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { decodeTrace, type Trace } from '../gotrace';
import { computeRuntimeFacts } from './computeRuntimeFacts';
import { replayTaskCosts } from './costReplay';
import { GoClass, type RuntimeFacts } from './facts';
import { listOf } from './listOf';
import { CostColumns } from './taskCosts';

const local = join(__dirname, '../../tests/fixtures/services/go1.23-none/trace.out');
const bytes = existsSync(local) ? new Uint8Array(readFileSync(local)) : null;

/** What holds for the facts of any trace, damaged or not. */
function expectSound(trace: Trace, facts: RuntimeFacts): void {
  const { startNs, endNs, timelines, assists, sweeps, procs } = facts;
  for (const { startNs: starts, endNs: ends, length } of [assists, sweeps, procs]) {
    for (let row = 0; row < length; row++) {
      expect(starts[row]!).toBeGreaterThanOrEqual(Math.max(startNs, starts[row - 1] ?? startNs));
      expect(ends[row]!).toBeGreaterThanOrEqual(starts[row]!);
      expect(ends[row]!).toBeLessThanOrEqual(endNs);
    }
  }
  timelines.goroutines.forEach((goroutine, slot) => {
    const [first, end] = [timelines.rowStart[slot]!, timelines.rowStart[slot + 1]!];
    expect(timelines.slotOf(goroutine)).toBe(slot);
    expect([timelines.startNsAt(first), timelines.endNsAt(end - 1)]).toEqual([startNs, endNs]);
    for (let row = first + 1; row < end; row++) {
      expect(timelines.startNsAt(row)).toBe(timelines.endNsAt(row - 1));
    }
  });
  const totals = [GoClass.Running, GoClass.Runnable, GoClass.Syscall, GoClass.Waiting].map(() => 0);
  for (let row = 0; row < (timelines.rowStart.at(-1) ?? 0); row++) {
    const goClass = timelines.classAt(row);
    totals[goClass - GoClass.Running] = (totals[goClass - GoClass.Running] ?? 0) + timelines.endNsAt(row) - timelines.startNsAt(row);
  }
  const { runningNs, runnableNs, syscallNs, waitingNs } = facts.classTotals;
  expect(totals.slice(0, 4)).toEqual([runningNs, runnableNs, syscallNs, waitingNs]);
  // Added up as the events passed by, and again from the timelines.
  expect(facts.costs).toEqual(new CostColumns(facts.tasks.length, replayTaskCosts(trace, facts, facts.tasks)));
  const tables = [...listOf(facts.tasks), ...listOf(facts.regions), ...listOf(facts.mapIntervals)];
  for (const range of [...facts.gcCycles, ...facts.stops, ...tables]) {
    expect(range.startNs).toBeGreaterThanOrEqual(startNs);
    expect(range.endNs).toBeGreaterThanOrEqual(range.startNs);
    expect(range.endNs).toBeLessThanOrEqual(endNs);
  }
}

describe('computeRuntimeFacts', () => {
  const itWithTrace = bytes === null ? it.skip : it;

  itWithTrace('gives timelines without gaps and ranges inside of the trace', async () => {
    const trace = await decodeTrace(bytes!);
    expectSound(trace, await computeRuntimeFacts(trace));
  });

  itWithTrace('gives sound facts of whatever a damaged trace still yields', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes!.length - 17), fc.nat(255), async (at, value) => {
        const damaged = bytes!.slice();
        damaged[at + 16] = value;
        const trace = await decodeTrace(damaged).catch(() => null);
        if (trace !== null) {
          expectSound(trace, await computeRuntimeFacts(trace));
        }
      }),
      { numRuns: 20 },
    );
  });

  itWithTrace('stops when it is told to', async () => {
    const trace = await decodeTrace(bytes!);
    const cancel = new AbortController();
    const facts = computeRuntimeFacts(trace, { signal: cancel.signal });
    cancel.abort(new Error('cancelled'));
    await expect(facts).rejects.toThrow('cancelled');
  });
});
