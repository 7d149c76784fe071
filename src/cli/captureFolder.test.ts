import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepareFolder, writeCapture } from './captureFolder';

const root = mkdtempSync(join(tmpdir(), 'gclens-capture-'));
const folder = join(root, 'captures', 'shop');
const fileOf = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });

afterAll(() => rmSync(root, { recursive: true }));

describe('the folder of a capture', () => {
  it('is made, and what of an earlier capture is replaced or stays is told', async () => {
    await prepareFolder(folder);
    const first = await writeCapture(folder, [fileOf('cpu.pprof', 'a'), fileOf('heap.pprof', 'a'), fileOf('flight.trace', 'a')]);
    expect(first).toEqual({
      paths: ['cpu.pprof', 'heap.pprof', 'flight.trace'].map((name) => join(folder, name)),
      replaced: [],
      earlier: [],
    });
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    await prepareFolder(folder);
    expect(await writeCapture(folder, [fileOf('cpu.pprof', 'b'), fileOf('trace.out', 'b')])).toMatchObject({
      replaced: ['cpu.pprof'],
      earlier: ['heap.pprof'],
    });
    expect(readFileSync(join(folder, 'cpu.pprof'), 'utf8')).toBe('b');
  });

  it('is refused by name where a file is in its place', async () => {
    const file = join(folder, 'cpu.pprof');
    await expect(prepareFolder(file)).rejects.toThrow(`${file}: this is a file; name a folder`);
    await expect(prepareFolder(join(file, 'deeper'))).rejects.toThrow('a file is where a folder has to be');
  });
});
