import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { decodeProfile } from '../../pprof';
import type { Capture } from '../capture';
import { heapContentOf } from './heapContent';

const leaks = join(__dirname, '../../../tests/fixtures/cases/leaks');

async function heap(name: string): Promise<Capture> {
  return { kind: 'pprof', name, sha256: '', profile: await decodeProfile(gunzipSync(readFileSync(join(leaks, name)))) };
}

describe('heapContentOf', () => {
  it('reads the profile that was taken last, in whichever order they come', async () => {
    const [before, after] = [await heap('heap-before.pprof'), await heap('heap-after.pprof')];
    const content = heapContentOf([after]);
    expect(content.inuseBytes).toBeGreaterThan(heapContentOf([before]).inuseBytes ?? Infinity);
    expect(heapContentOf([before, after])).toMatchObject({ inuseBytes: content.inuseBytes });
    expect(heapContentOf([after, before])).toEqual(heapContentOf([before, after]));
  });
});
