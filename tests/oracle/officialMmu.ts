import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = __dirname;
const cache = join(here, '..', '..', 'node_modules', '.cache', 'gclens', 'mmu');

/** What the page "Minimum mutator utilization" of `go tool trace` draws of a trace. */
export interface OfficialMmu {
  readonly trace: string;
  readonly flags: string;
  /** Absent where it has nothing to draw. */
  readonly plot?: {
    readonly curve: readonly (readonly [windowNs: number, utilisation: number])[];
    readonly xMin: number;
    readonly xMax: number;
  };
  /** Changes of each series; times on the trace clock. */
  readonly util: readonly (readonly (readonly [timeNs: number, share: number])[])[];
  /** What it panicked with. */
  readonly panic?: string;
}

/** As Go has it, where the second and each later run of a background worker counts twice; or with each run counted once. */
export type Counting = 'as it is' | 'each run once';

/** The lines of internal/trace/gc.go that take a worker's label, and what they are when each run counts once. */
const labelled = `				if !(flags&UtilPerProc != 0 && l.Label == "GC (dedicated)") {
					bgMark[ev.Goroutine()] = true
					ps[ev.Proc()].gc++
				}
			}
`;
const labelledOnce = `				if !(flags&UtilPerProc != 0 && l.Label == "GC (dedicated)") {
					if !bgMark[ev.Goroutine()] {
						ps[ev.Proc()].gc++
					}
					bgMark[ev.Goroutine()] = true
					break
				}
			}
			if bgMark[ev.Goroutine()] {
				delete(bgMark, ev.Goroutine())
				ps[ev.Proc()].gc--
			}
`;

/** Builds the program among those of the Go installation by an overlay; nothing of the installation is changed. */
function buildProgram(counting: Counting): string {
  mkdirSync(cache, { recursive: true });
  const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  const name = counting === 'as it is' ? 'mmu' : 'mmu-once';
  const replaced: Record<string, string> = { [join(root, 'src', 'cmd', 'gclensmmu', 'main.go')]: join(here, 'official', 'mmu', 'main.go') };
  if (counting === 'each run once') {
    const source = join(root, 'src', 'internal', 'trace', 'gc.go');
    const text = readFileSync(source, 'utf8');
    if (!text.includes(labelled)) {
      throw new Error(`${source} takes labels in another way than this test knows`);
    }
    replaced[source] = join(cache, 'gc.go');
    writeFileSync(join(cache, 'gc.go'), text.replace(labelled, labelledOnce));
  }
  const overlay = join(cache, `${name}.json`);
  writeFileSync(overlay, JSON.stringify({ Replace: replaced }));
  const program = join(cache, name);
  execFileSync('go', ['build', '-C', join(root, 'src', 'cmd'), '-overlay', overlay, '-o', program, 'cmd/gclensmmu'], { stdio: 'pipe' });
  return program;
}

/** Asks the official code: an answer for each trace and flags, in their order. */
export function askOfficialMmu(counting: Counting, flags: readonly string[], traces: readonly string[]): OfficialMmu[] {
  const output = execFileSync(buildProgram(counting), [...flags, '--', ...traces], { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: 'pipe' });
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OfficialMmu);
}
