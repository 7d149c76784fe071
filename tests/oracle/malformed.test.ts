import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { isLenient } from './leniences';

/** The malformed sets through the command line, as a user meets them. What is printed before an error is the matter of dump.test.ts. */
const root = join(__dirname, '../..');
const program = join(root, 'build/node/gclens.js');
const shared = join(root, '../shared/fixtures');
const fixtures = existsSync(shared) ? shared : join(root, 'tests/fixtures');
const folder = mkdtempSync(join(tmpdir(), 'gclens-malformed-'));
/** Bit flips and edits of one kind are many; each costs a process. */
const likeOthers =
  /bitflip-[12]|^generations?-(missing|repeated|swapped)|duplicate-event|base-gens|bomb|wrong-wire-type-str|^(negative|huge)-length|string-index-neg/;
const atOnce = 2;

afterAll(() => rmSync(folder, { recursive: true }));

interface Verdict {
  /** Of traces. */
  readonly exitCode?: number;
  /** Of profiles. */
  readonly accepted?: boolean;
}

interface Answer {
  readonly name: string;
  readonly isAccepted: boolean;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Node's own loading is most of the time of a small file, so two run at once. */
async function answersOf(set: 'trace' | 'pprof', command: string): Promise<Answer[]> {
  const { files } = JSON.parse(readFileSync(join(fixtures, set, 'malformed/expected.json'), 'utf8')) as { files: Record<string, Verdict> };
  const waiting = Object.entries(files).filter(([name]) => !likeOthers.test(name));
  const answers: Answer[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [name, { exitCode, accepted }] = next;
      const path = fileOf(join(fixtures, set, 'malformed', name), name);
      const { code, stdout, stderr } = await run(command, path);
      answers.push({ name, isAccepted: accepted ?? exitCode === 0, code, stdout: stdout.slice(0, 1000), stderr });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return answers;
}

function fileOf(path: string, name: string): string {
  if (existsSync(path)) {
    return path;
  }
  const unpacked = join(folder, name);
  writeFileSync(unpacked, gunzipSync(readFileSync(`${path}.gz`)));
  return unpacked;
}

function run(command: string, path: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, command, path], { maxBuffer: 2 ** 28 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** Whole captures, of another kind than the command takes. */
const otherKind = /^pprof-instead/;
/** Nothing is missing from what is printed of these, and yet the file is damaged. */
const damagedAround = /^(gzip-trailing-garbage|truncated-gzip-trailer)/;

function expectUsersView({ name, isAccepted, code, stdout, stderr }: Answer): void {
  if (damagedAround.test(name)) {
    expect([name, code, stdout]).toEqual([name, 1, expect.stringContaining('Showing nodes')]);
  } else if (isAccepted || (isLenient(name) && code === 0)) {
    expect([name, code]).toEqual([name, 0]);
    return;
  } else if (isLenient(name)) {
    // A trace whatever its name, it holds several profiles: the user has to say which.
    expect([name, code, stderr]).toEqual([name, 2, expect.stringContaining('--from')]);
    return;
  }
  expect([name, code]).toEqual([name, otherKind.test(name) ? 2 : 1]);
  expect(stderr).toMatch(/^gclens: [^\n]+\n$/);
  expect(stderr).toContain(name);
  // A stack of calls stands nowhere.
  expect(stderr).not.toMatch(/gclens itself failed|\.js:\d|Error:/);
}

describe('damaged and foreign files on the command line: exit code 1 and one line that names file, place and remedy', () => {
  it('gclens dump', async () => {
    (await answersOf('trace', 'dump')).forEach(expectUsersView);
  });

  it('gclens top', async () => {
    (await answersOf('pprof', 'top')).forEach(expectUsersView);
  });
});
