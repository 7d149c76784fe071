import type { KernelKind } from '../../src/base';
import { decodeTrace } from '../../src/gotrace';
import { denseTraces } from './denseTraces';

const kinds: readonly KernelKind[] = ['wasm', 'javascript'];

/** What no program has so much of, how many megabytes hold more of it than the limits, and why it is refused. */
const refused = [
  ['threads with an event', 2, 'there are more threads than a trace of this size can tell of'],
  ['procs', 2, 'there are more procs than any program has'],
  ['samples of threads', 2, 'there are more threads with procs than a trace of this size can tell of'],
  ['stacks of a frame', 2, 'the stacks of this trace have more frames of their own than any program'],
  ['strings', 2.4, 'there are more strings than a trace of this size can tell of'],
  ['empty strings', 1, 'there are more strings than a trace of this size can tell of'],
  ['stacks without frames', 1.2, 'there are more stacks than a trace of this size can tell of'],
  ['samples of goroutines', 1, 'there are more goroutines than a trace of this size can tell of'],
  ['goroutines that are made', 2, 'there are more goroutines than a trace of this size can tell of'],
] as const;

/** The same in format v1, of which damage leaves nothing. */
const refusedInV1 = [
  ['v1: strings', 2.4, 'there are more strings than a trace of this size can tell of'],
  ['v1: messages', 4, 'there are more strings than a trace of this size can tell of'],
  ['v1: stacks of a frame', 2, 'the stacks of this trace have more frames of their own than any program'],
  ['v1: stacks of one frame', 7.5, 'there are more stacks than a trace of this size can tell of'],
  ['v1: goroutines', 2.4, 'there are more goroutines than a trace of this size can tell of'],
] as const;

describe('format v1', () => {
  it.each(refusedInV1)('refuses too many %s', async (shape, megabytes, reason) => {
    await expect(decodeTrace(denseTraces[shape](megabytes * 1e6))).rejects.toThrow(reason);
  });
});

describe.each(kinds)('%s', (kernel) => {
  it.each(refused)('refuses too many %s', async (shape, megabytes, reason) => {
    const { damage, events } = await decodeTrace(denseTraces[shape](megabytes * 1e6), { kernel });
    expect(damage?.reason).toBe(reason);
    expect(events.length).toBeGreaterThan(0);
  });
});
