import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { fetchAsk, planLive, takeLive } from '../../src/capture';

const root = join(__dirname, '../..');
const cache = join(root, 'node_modules/.cache/gclens/service');

/** The example service as a program, or why there is none. */
export type BuiltShop = { readonly path: string } | { readonly missing: string };

export function buildShop(): BuiltShop {
  const path = join(cache, 'shop');
  mkdirSync(cache, { recursive: true });
  const { error, status, stderr } = spawnSync('go', ['build', '-o', path, '.'], {
    cwd: join(root, 'src/maptrace/example'),
    encoding: 'utf8',
  });
  if (error !== undefined) {
    return { missing: 'go is not installed' };
  }
  return status === 0 ? { path } : { missing: `it does not build here: ${stderr.trim().split('\n').at(-1) ?? ''}` };
}

export interface Recording {
  readonly trace: Uint8Array;
  readonly cpuProfile: Uint8Array;
}

/** The shop under its own load. */
export interface RunningShop {
  readonly debugUrl: string;
  stop(): void;
}

/** @param mix how often each endpoint is called, as `range=1,light=4` */
export async function startShop(path: string, mix: string, seconds: number): Promise<RunningShop> {
  const shop = spawn(
    path,
    ['-address', '127.0.0.1:0', '-debug-address', '127.0.0.1:0', '-load', '60', '-for', `${seconds}s`, '-mix', mix],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, GOMAXPROCS: '2' },
    },
  );
  const stop = () => {
    shop.kill('SIGTERM');
  };
  try {
    return { debugUrl: `http://${await readDebugAddress(shop)}`, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Runs the shop, and records a trace and a CPU profile of the same seconds. */
export async function recordShop(path: string, mix: string, seconds: number): Promise<Recording> {
  const shop = await startShop(path, mix, seconds + 20);
  try {
    const asked = { isProxied: false, timeoutSeconds: Infinity };
    const limits = { maxSeconds: seconds, maxBytes: 2 ** 30 };
    const plan = planLive({ profiles: ['profile', 'trace'], seconds }, 'debug/pprof', limits, asked);
    const { files, notices } = await takeLive(fetchAsk(shop.debugUrl), plan, limits, asked);
    const [cpuProfile, trace] = files;
    if (cpuProfile === undefined || trace === undefined) {
      throw new Error(notices.map(({ text }) => text).join('; '));
    }
    return { trace: trace.bytes, cpuProfile: cpuProfile.bytes };
  } finally {
    shop.stop();
  }
}

async function readDebugAddress(shop: ChildProcessByStdio<null, null, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    shop.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
      const address = /\/debug\/pprof on (\S+)\n/.exec(said)?.[1];
      if (address !== undefined) {
        resolve(address);
      }
    });
    shop.once('exit', () => reject(new Error(`the shop ended: ${said}`)));
  });
}
