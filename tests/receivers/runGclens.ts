import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What the command said on both outputs, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs gclens from its sources to its end. @param environment variables beside those of this process */
export async function runGclens(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...command], {
    cwd: process.cwd(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}
