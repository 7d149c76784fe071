import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DecodeService } from './decodeService';
import { timeOfStart } from './timeOfStart';

const folder = join(__dirname, '../../tests/fixtures/services');
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => /\.(out|pprof)$/.test(name));
const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));

describe('the first bytes of a capture', () => {
  it.each(files)('tell the time of %s as the whole does, or that they do not', async (name) => {
    const bytes = read(name);
    const { recordedUnixMs } = await new DecodeService().identify(bytes, name);
    const start = await timeOfStart(bytes.subarray(0, 4096));
    expect(start).toEqual(/heap/.test(name) ? { unixMs: undefined, isCertain: false } : { unixMs: recordedUnixMs, isCertain: true });
  });

  it('tell nothing of what is no capture, or cut to nothing', async () => {
    const nothing = { unixMs: undefined, isCertain: false };
    await expect(timeOfStart(new TextEncoder().encode('<html>'))).resolves.toEqual(nothing);
    await expect(timeOfStart(read(files.find((name) => name.endsWith('cpu.pprof'))!).subarray(0, 12))).resolves.toEqual(nothing);
    await expect(
      timeOfStart(read(files.find((name) => name.includes('go1.26') && name.endsWith('.out'))!).subarray(0, 20)),
    ).resolves.toEqual(nothing);
    await expect(timeOfStart(new Uint8Array())).resolves.toEqual(nothing);
  });
});
