import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { decodeTrace, formatParsed, GoState, readTransition, type StackIndex, type StringIndex, type Transition } from '../../src/gotrace';
import { encodeTrace } from '../../src/gotrace/encodeTrace.testing';
import { expectReadableError, random } from './fuzzing';

const fixtures = join(__dirname, '../fixtures/trace');
const texts = ['go122-annotations', 'go122-syscall-steal-proc-ambiguous', 'go122-task-across-generations', 'go123-sync', 'go125-sync'];
const recordings = ['all-1.24', 'all-1.27'];
/** Rows walked of one mutation; what is wrong shows early. */
const walkedRows = 2000;

function official(name: string): Uint8Array {
  return encodeTrace(readFileSync(join(fixtures, 'official', `${name}.test`), 'utf8').replace(/[^]*-- trace --\n/, ''));
}

const hugeVarint = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** A copy with a few bytes behind the header changed, cut, dropped, doubled, or turned into a number near 2^64. */
function mutate(original: Uint8Array, below: (limit: number) => number): Uint8Array {
  let bytes = original.slice();
  for (let count = 1 + below(4); count > 0; count--) {
    const at = 16 + below(Math.max(1, bytes.length - 16));
    const from = 16 + below(Math.max(1, bytes.length - 16));
    const head = bytes.subarray(0, at);
    switch (below(7)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 2:
        bytes[at] = below(60);
        break;
      case 3:
        bytes = bytes.slice(0, at + 1);
        break;
      case 4:
        bytes = Uint8Array.from([...head, ...bytes.subarray(at + 1 + below(8))]);
        break;
      case 5:
        bytes = Uint8Array.from([...head, ...bytes.subarray(from, from + 1 + below(24)), ...bytes.subarray(at)]);
        break;
      default:
        bytes = Uint8Array.from([...head, ...hugeVarint, below(3), ...bytes.subarray(at + below(3))]);
    }
  }
  return bytes;
}

/** Decodes and reads everything; lets nothing out but the error that users see. */
async function use(bytes: Uint8Array): Promise<void> {
  await expectReadableError(async () => {
    const trace = await decodeTrace(bytes);
    const { events, damage } = trace;
    const transition: Transition = {
      resource: 'goroutine',
      id: 0,
      from: GoState.Undetermined,
      to: GoState.Undetermined,
      reason: 0 as StringIndex,
      stack: 0 as StackIndex,
    };
    let lastNs = -1;
    for (let event = 0; event < Math.min(events.length, walkedRows); event++) {
      expect(events.timeNsAt(event)).toBeGreaterThan(lastNs);
      lastNs = events.timeNsAt(event);
      readTransition(trace, event, transition);
      expect(events.stackAt(event)).toBeLessThan(trace.stacks.length);
    }
    // A row takes two bytes or more; a switch of coroutines makes three rows of four.
    expect(events.length).toBeLessThanOrEqual(bytes.length);
    expect(formatParsed(trace).next().done).toBe(false);
    expect(damage?.message ?? '').not.toContain('\n');
    expect(damage?.details.offset ?? 0).toBeLessThanOrEqual(bytes.length);
  });
}

describe('damaged execution traces end in a trace or a readable error', () => {
  it.each(texts)('%s', async (name) => {
    const below = random(name.length * 1009);
    const bytes = official(name);
    for (let round = 0; round < 500; round++) {
      await use(mutate(bytes, below));
    }
  });

  it.each(recordings)('%s', async (name) => {
    const below = random(name.length * 2003);
    const bytes = new Uint8Array(gunzipSync(readFileSync(join(fixtures, 'recorded', `${name}.trace.gz`))));
    for (let round = 0; round < 25; round++) {
      await use(mutate(bytes, below));
    }
  });

  it('cut anywhere', async () => {
    const bytes = official('go122-annotations');
    for (let length = 0; length < bytes.length; length += 3) {
      await use(bytes.slice(0, length));
    }
  });

  it('any bytes behind any header', async () => {
    const below = random(17);
    for (let round = 0; round < 2000; round++) {
      const header = Buffer.from(`go 1.${[22, 23, 25, 26, 21, 27][below(6)] ?? 22} trace\0\0\0`, 'latin1');
      await use(Uint8Array.from([...header, 1, 1, ...Array.from({ length: below(64) }, () => below(256))]));
    }
  });
});
