import { Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, ZStream, zlibInflate, zlibInflateInit2 } from 'pako';

import type { KernelKind } from '../../../src/base';
import { Inflater } from '../../../src/capture/inflater';
import { demand } from './finding';

/** What came out, how it ended, and behind which byte if it did. */
interface Inflated {
  readonly bytes: Uint8Array;
  readonly outcome: 'finished' | 'cut' | 'damage';
  readonly end: number;
}

const kinds: readonly KernelKind[] = ['wasm', 'javascript'];
const inflaters = new Map<KernelKind, Inflater>();

/** Both kernels put out what zlib does, and end where and as it does, damaged or not. */
export function checkInflate(data: Uint8Array, mostBytes: number): void {
  const expected = byZlib(data, mostBytes);
  if (expected === null) {
    return;
  }
  for (const kind of kinds) {
    const inflater = inflaters.get(kind) ?? Inflater.start(kind);
    inflaters.set(kind, inflater);
    const { bytes, outcome, end } = byKernel(inflater, data);
    demand(outcome === expected.outcome, () => `${kind}: ${outcome} instead of ${expected.outcome}`);
    demand(
      Buffer.compare(bytes, expected.bytes) === 0,
      () => `${kind}: ${bytes.length} other bytes than the ${expected.bytes.length} of zlib`,
    );
    demand(outcome !== 'finished' || end === expected.end, () => `${kind}: ends at ${end} instead of ${expected.end}`);
  }
}

function byKernel(inflater: Inflater, data: Uint8Array): Inflated {
  inflater.open(data);
  inflater.begin(0);
  const pieces: Uint8Array[] = [];
  for (;;) {
    const outcome = inflater.step();
    pieces.push(inflater.output().slice());
    if (outcome !== 'more') {
      return { bytes: Buffer.concat(pieces), outcome: typeof outcome === 'string' ? outcome : 'damage', end: inflater.position };
    }
  }
}

/** By zlib as JavaScript, since that of Node keeps back what came before damage. Null where more comes out than wanted. */
function byZlib(data: Uint8Array, mostBytes: number): Inflated | null {
  const stream = new ZStream();
  const rawWindowBits = -15;
  zlibInflateInit2(stream, rawWindowBits);
  stream.input = data;
  stream.next_in = 0;
  stream.avail_in = data.length;
  stream.output = new Uint8Array(mostBytes);
  stream.next_out = 0;
  stream.avail_out = mostBytes;
  const status = zlibInflate(stream, Z_NO_FLUSH);
  if (stream.avail_out === 0) {
    return null;
  }
  const outcome = status === Z_STREAM_END ? 'finished' : status === Z_OK || status === Z_BUF_ERROR ? 'cut' : 'damage';
  return { bytes: stream.output.subarray(0, stream.next_out), outcome, end: stream.next_in };
}
