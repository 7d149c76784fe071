import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { StateLock } from './stateLock';

describe('StateLock', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gclens-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const leave = (holder: object) => writeFileSync(join(folder, 'lock'), JSON.stringify(holder));

  it('refuses a folder that a living process holds, here or elsewhere', () => {
    leave({ host: hostname(), pid: process.ppid });
    expect(() => StateLock.take(folder)).toThrow('another gclens watch uses this state');
    leave({ host: 'elsewhere', pid: 1 });
    expect(() => StateLock.take(folder)).toThrow('another gclens watch uses this state');
  });

  it('takes over what the dead left behind, and leaves nothing itself', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    leave({ host: hostname(), pid });
    StateLock.take(folder).release();
    leave({ host: 'elsewhere', pid: 1 });
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(join(folder, 'lock'), longAgo, longAgo);
    StateLock.take(folder).release();
    // The process of a container has the same number after a restart.
    leave({ host: hostname(), pid: process.pid });
    StateLock.take(folder).release();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});
