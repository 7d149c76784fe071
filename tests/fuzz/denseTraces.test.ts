import type { KernelKind } from '../../src/base';
import { decodeTrace } from '../../src/gotrace';
import { denseTraces } from './denseTraces';

const kinds: readonly KernelKind[] = ['wasm', 'javascript'];

/** What no program has so much of, and why it is refused; two megabytes hold more than the limits. */
const refused = [
  ['threads with an event', 'there are more threads than a trace of this size can tell of'],
  ['procs', 'there are more procs than any program has'],
  ['samples of threads', 'there are more threads with procs than a trace of this size can tell of'],
  ['stacks of a frame', 'the stacks of this trace have more frames of their own than any program'],
] as const;

describe.each(kinds)('%s', (kernel) => {
  it.each(refused)('refuses too many %s', async (shape, reason) => {
    const { damage, events } = await decodeTrace(denseTraces[shape](2e6), { kernel });
    expect(damage?.reason).toBe(reason);
    expect(events.length).toBeGreaterThan(0);
  });
});
