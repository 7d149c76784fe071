import { spawnSync } from 'node:child_process';

const tools = new Map<string, string | null>();

/** Where `go tool NAME` lies; null where Go is not installed. Asking once is quicker than going through `go` each time. */
export function pathOf(name: string): string | null {
  let path = tools.get(name);
  if (path === undefined) {
    const { error, status, stdout } = spawnSync('go', ['tool', '-n', name], { encoding: 'utf8' });
    path = error === undefined && status === 0 ? stdout.trim() : null;
    tools.set(name, path);
  }
  return path;
}

/** What an official tool says. */
export interface ToolAnswer {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly status: number | null;
}

/** Runs `go tool NAME ARGS`. */
export function runOfficialTool(name: 'trace' | 'pprof', args: readonly string[]): ToolAnswer {
  const { stdout, stderr, status, error } = spawnSync(pathOf(name) ?? name, args, { maxBuffer: 1 << 28 });
  if (error !== undefined) {
    throw error;
  }
  return { stdout, stderr: stderr.toString(), status };
}
