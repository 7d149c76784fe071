import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

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

/**
 * Runs the shop under its own load and records a trace and a CPU profile of the same seconds.
 * @param mix how often each endpoint is called, as `range=1,light=4`
 */
export async function recordShop(path: string, mix: string, seconds: number): Promise<Recording> {
  const shop = spawn(
    path,
    ['-address', '127.0.0.1:0', '-debug-address', '127.0.0.1:0', '-load', '60', '-for', `${seconds + 20}s`, '-mix', mix],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, GOMAXPROCS: '2' },
    },
  );
  try {
    const debugAddress = await readDebugAddress(shop);
    const get = async (what: string): Promise<Uint8Array> => {
      const response = await fetch(`http://${debugAddress}/debug/pprof/${what}?seconds=${seconds}`);
      if (!response.ok) {
        throw new Error(`${what}: ${response.status} ${await response.text()}`);
      }
      return new Uint8Array(await response.arrayBuffer());
    };
    const [cpuProfile, trace] = await Promise.all([get('profile'), get('trace')]);
    return { trace, cpuProfile };
  } finally {
    shop.kill('SIGTERM');
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
