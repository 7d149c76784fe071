import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tests and scripts of npm run there. */
const root = process.cwd();
const cache = join(root, 'node_modules/.cache/gclens/receivers');

/** A receiver built from its pinned Go modules, or why it is not there. Go's own cache makes all builds but the first short. */
export type BuiltReceiver = { readonly path: string } | { readonly missing: string };

/**
 * Builds `tests/receivers/FOLDER` into node_modules/.cache.
 * @param packagePath package to build: `.` or the path of a tool of the module
 */
export function buildReceiver(folder: string, packagePath: string): BuiltReceiver {
  const path = join(cache, folder);
  mkdirSync(cache, { recursive: true });
  // Of several suites at a time that want it, one builds; the others find it built.
  const { error, status, stderr } = alone(`${path}.lock`, () =>
    spawnSync('go', ['build', '-ldflags', '-s -w', '-o', path, packagePath], {
      cwd: join(root, 'tests/receivers', folder),
      encoding: 'utf8',
    }),
  );
  if (error !== undefined) {
    return { missing: 'go is not installed' };
  }
  return status === 0 ? { path } : { missing: `it does not build here: ${stderr.trim().split('\n').at(-1) ?? ''}` };
}

/** Does what no other process may do at the same time. */
function alone<T>(lock: string, work: () => T): T {
  while (!tryToLock(lock)) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** What a process that died left behind is taken away. */
function tryToLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : process.pid);
    if (holder > 0 && !existsSync(`/proc/${holder}`) && existsSync('/proc')) {
      rmSync(lock, { force: true });
    }
    return false;
  }
}

/** A running receiver with a folder of its own. */
export class RunningReceiver {
  private constructor(
    private readonly process: ChildProcess,
    readonly folder: string,
  ) {}

  /**
   * @param port where it answers when it is ready
   * @param environment variables beside those of this process
   */
  static async start(
    path: string,
    makeArguments: (folder: string) => string[],
    port: number,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<RunningReceiver> {
    const folder = mkdtempSync(join(tmpdir(), 'gclens-receiver-'));
    const child = spawn(path, makeArguments(folder), {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
    const receiver = new RunningReceiver(child, folder);
    while (!(await answers(port))) {
      if (child.exitCode !== null) {
        throw new Error(`the receiver ended with ${child.exitCode}: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return receiver;
  }

  /** Ends it and waits until all it received is written, unless it is killed. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
