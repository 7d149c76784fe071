import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const here = import.meta.dirname;
const cache = join(here, '..', '..', 'node_modules', '.cache', 'gclens', 'fuzz');

/** Exit code of a tool that ended or took too long: nothing is known of what it would say. */
export const noAnswer = -1;

/** What an official tool says of a file. */
export interface OfficialAnswer {
  readonly exitCode: number;
  readonly stderr: string;
  readonly panicked: boolean;
  readonly stdout: Buffer;
}

/** Whether there is a Go installation to ask. */
export function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Builds `peers/official`. It uses packages that only programs of the Go installation may import, so an overlay puts its source among them; nothing of the
 * installation is changed or copied.
 */
export function buildOfficialTools(): string {
  mkdirSync(cache, { recursive: true });
  const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  const overlay = join(cache, 'overlay.json');
  const program = join(cache, 'official');
  const source = join(here, 'peers', 'official', 'main.go');
  writeFileSync(overlay, JSON.stringify({ Replace: { [join(root, 'src', 'cmd', 'gclensofficial', 'main.go')]: source } }));
  execFileSync('go', ['build', '-C', join(root, 'src', 'cmd'), '-overlay', overlay, '-o', program, 'cmd/gclensofficial'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!existsSync(program)) {
    throw new Error('the official tools could not be built');
  }
  return program;
}

/** The official tools in a process of their own that answers one question after the other. */
export class OfficialTools {
  private child: ChildProcessByStdio<Writable, Readable, null> | null = null;
  private received: Buffer[] = [];
  private wake: (() => void) | null = null;
  private hasEnded = false;

  /** @param program what {@link buildOfficialTools} built */
  constructor(
    private readonly program: string,
    private readonly timeoutMs = 60_000,
  ) {}

  trace(bytes: Uint8Array): Promise<OfficialAnswer> {
    return this.ask({ Tool: 'trace' }, bytes);
  }

  /** @param args of pprof, without the file; none: only whether it is read. Give the same flags each time: pprof keeps those of the time before */
  pprof(bytes: Uint8Array, args: readonly string[] = []): Promise<OfficialAnswer> {
    return this.ask({ Tool: 'pprof', Args: args }, bytes);
  }

  close(): void {
    this.child?.kill('SIGKILL');
    this.child = null;
  }

  private async ask(request: object, bytes: Uint8Array): Promise<OfficialAnswer> {
    const child = (this.child ??= this.start());
    const text = Buffer.from(JSON.stringify(request));
    child.stdin.write(Buffer.concat([length(text), text, length(bytes), bytes]));
    const timer = setTimeout(() => child.kill('SIGKILL'), this.timeoutMs);
    try {
      const said = await this.block();
      const stdout = await this.block();
      return { ...(JSON.parse(said.toString()) as Omit<OfficialAnswer, 'stdout'>), stdout };
    } catch {
      this.close();
      return { exitCode: noAnswer, stderr: 'the official tool ended or took too long', panicked: false, stdout: Buffer.alloc(0) };
    } finally {
      clearTimeout(timer);
    }
  }

  private start(): ChildProcessByStdio<Writable, Readable, null> {
    this.received = [];
    this.hasEnded = false;
    const child = spawn(this.program, [], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TZ: 'UTC' } });
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      this.received.push(chunk);
      this.wake?.();
    });
    child.on('close', () => {
      if (this.child === child) {
        this.hasEnded = true;
        this.wake?.();
      }
    });
    return child;
  }

  private async block(): Promise<Buffer> {
    const size = (await this.take(4)).readUInt32LE();
    return this.take(size);
  }

  private async take(size: number): Promise<Buffer> {
    while (this.received.reduce((sum, { length }) => sum + length, 0) < size) {
      if (this.hasEnded) {
        throw new Error('ended');
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const all = Buffer.concat(this.received);
    this.received = size < all.length ? [all.subarray(size)] : [];
    return all.subarray(0, size);
  }
}

function length(block: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(block.length);
  return bytes;
}
