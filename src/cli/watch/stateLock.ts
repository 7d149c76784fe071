import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { GclensError } from '../../base';
import { errorCode } from '../errorCode';

/** A holder on another machine that shows no life for so long has died. */
const lifelessMs = 60_000;
const signOfLifeMs = 15_000;

/** Holds a folder for one process, so that no two export the same captures. What a holder that died left behind is taken over. */
export class StateLock {
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly file: string) {
    this.timer = setInterval(() => this.showLife(), signOfLifeMs).unref();
  }

  /** @throws GclensError when a process that lives holds it */
  static take(folder: string): StateLock {
    const file = join(folder, 'lock');
    if (tryToCreate(file)) {
      return new StateLock(file);
    }
    if (isHeld(file)) {
      throw new GclensError('another gclens watch uses this state', {
        file: folder,
        advice: 'Give each watch a --state of its own; several workers share the work with --queue.',
      });
    }
    rmSync(file, { force: true });
    if (!tryToCreate(file)) {
      throw new GclensError('another gclens watch has just begun to use this state', { file: folder });
    }
    return new StateLock(file);
  }

  release(): void {
    clearInterval(this.timer);
    rmSync(this.file, { force: true });
  }

  private showLife(): void {
    const now = new Date();
    try {
      utimesSync(this.file, now, now);
    } catch {
      // Somebody removed it; the next to come will take the folder, which cannot be helped from here.
    }
  }
}

function tryToCreate(file: string): boolean {
  let descriptor;
  try {
    descriptor = openSync(file, 'wx');
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
  writeSync(descriptor, JSON.stringify({ host: hostname(), pid: process.pid }));
  closeSync(descriptor);
  return true;
}

function isHeld(file: string): boolean {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { host, pid } = typeof holder === 'object' && holder !== null ? { host: undefined, pid: undefined, ...holder } : {};
    if (host === hostname() && typeof pid === 'number') {
      // In a container that was started again this process has the number of the one that died.
      return pid !== process.pid && isAlive(pid);
    }
    return Date.now() - statSync(file).mtimeMs < lifelessMs;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
