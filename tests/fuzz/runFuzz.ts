import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs cases as `npm run fuzz` does, on the copies of the fixtures and with a fixed seed: the same cases everywhere. */
export function expectNoFindings(target: string, cases: number): void {
  const out = mkdtempSync(join(tmpdir(), 'gclens-fuzz-'));
  const program = join(__dirname, 'fuzz.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', program, '--target', target, '--cases', String(cases), '--seed', 'ci', '--out', out],
    { encoding: 'utf8', env: { ...process.env, GCLENS_FUZZ_COPIES_ONLY: '1' }, cwd: join(__dirname, '../..') },
  );
  rmSync(out, { recursive: true });
  expect(stdout + stderr).not.toContain('FINDING');
  expect(stdout).toContain(`${target}: ${cases} cases, 0 findings`);
  expect(status).toBe(0);
}
