import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DecodeService } from './decodeService';

const fixture = (path: string) => new Uint8Array(readFileSync(join(__dirname, '../../tests/fixtures/services/go1.26-traceparent', path)));

describe('the time of a capture', () => {
  it('is told by traces and profiles of one moment alike', async () => {
    const service = new DecodeService();
    const trace = await service.identify(fixture('trace.out'), 'trace.out');
    const profile = await service.identify(fixture('cpu.pprof'), 'cpu.pprof');
    expect(new Date(trace.recordedUnixMs ?? 0).getUTCFullYear()).toBe(2026);
    expect(Math.abs((trace.recordedUnixMs ?? 0) - (profile.recordedUnixMs ?? 0))).toBeLessThan(2000);
  });
});
