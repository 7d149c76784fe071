import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { KernelKind } from '../../../src/base';
import { decodeTrace, formatParsed } from '../../../src/gotrace';

const folder = join(__dirname, '../../fixtures/found');
const kinds: readonly KernelKind[] = ['wasm', 'javascript'];

/** Traces that gclens once read otherwise than the official reader, and the sha-256 of what `go tool trace -d=parsed` (Go 1.26.8) prints of them. */
const found = [
  // Times that int64 cannot hold are all the same; a thread went on although its turn was of one event.
  ['clocks-beyond-int64.trace', '2f554d186ca8db6a682fdf4d269e6019bdeb547aa262becbfba38b465ddc1c83'],
  // A goroutine's status beyond 2^53: its lowest byte counts.
  ['status-beyond-uint8.trace', '894386fff65b06bd3206b408aa1c22898ca41e5075768309c2b7f92da1cb8fb9'],
  // The empty batch of a thread counts where threads are met, and so for which of two equal times comes first.
  ['empty-batch-first.trace', 'd08ec75cbdbb0fbc7deb2e6847a77272c23065630012cddf816c83720a4eeb36'],
] as const;

describe.each(kinds)('%s', (kernel) => {
  it.each(found)('prints %s as the official tool does', async (name, sha256) => {
    const trace = await decodeTrace(new Uint8Array(readFileSync(join(folder, name))), { kernel });
    const hash = createHash('sha256');
    for (const chunk of formatParsed(trace)) {
      hash.update(chunk);
    }
    expect(hash.digest('hex')).toBe(sha256);
  });
});
