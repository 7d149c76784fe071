import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** Folder of the benchmarks, root of the repository, and where built peers and large inputs are kept. */
export const here = import.meta.dirname;
export const root = join(here, '..', '..');
export const cache = join(root, 'node_modules', '.cache', 'gclens', 'bench');
mkdirSync(cache, { recursive: true });

/** The machine and the versions that a result depends on. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const versions = [
    `Node ${process.versions.node}`,
    versionOf('go', ['env', 'GOVERSION']),
    versionOf('gcc', ['--version']),
    versionOf(chromiumPath, ['--version']),
  ];
  return `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${memory}, ${versions.filter((version) => version !== '').join(', ')}`;
}

export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

function versionOf(command: string, args: readonly string[]): string {
  try {
    const [line = ''] = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n');
    return line.trim();
  } catch {
    return '';
  }
}
