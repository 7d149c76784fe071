/**
 * `npx tsx tests/oracle/recordBlocking.ts` asks `go tool trace -pprof=…` for the blocking profiles of all fixtures, and keeps what they hold in
 * `tests/fixtures/trace/blocking.json`, where blocking.test.ts looks. Needs Go 1.26 and the shared fixtures.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { decodeProfile } from '../../src/pprof';
import { type BlockingAnswer, type BlockingAnswers, blockingTraces, kindsOf } from './blockingAnswers';
import { contentOf, hashOf, shortHash } from './blockingContent';
import { runOfficialTool } from './runOfficialTool';

const folder = mkdtempSync(join(tmpdir(), 'gclens-blocking-'));
const answers: Record<string, Record<string, BlockingAnswer>> = {};
for (const [name, { read }] of blockingTraces()) {
  const bytes = read();
  const file = join(folder, 'trace.out');
  writeFileSync(file, bytes);
  const byKind: Record<string, BlockingAnswer> = {};
  for (const kind of kindsOf(name)) {
    byKind[kind] = await answerOf(file, kind, /^go 1\.(11|19|21)/.test(Buffer.from(bytes.subarray(0, 16)).toString('latin1')));
  }
  answers[name] = byKind;
}
rmSync(folder, { recursive: true });
writeFileSync(join(import.meta.dirname, '../fixtures/trace/blocking.json'), `${JSON.stringify(answers satisfies BlockingAnswers)}\n`);

async function answerOf(file: string, kind: string, isV1: boolean): Promise<BlockingAnswer> {
  const { status, stdout, stderr } = runOfficialTool('trace', [`-pprof=${kind}`, file]);
  if (status !== 0) {
    return { error: stderr.trim() };
  }
  const content = contentOf(await decodeProfile(new Uint8Array(gunzipSync(stdout))));
  if (isV1) {
    return { head: content.head, values: Object.fromEntries(content.values) };
  }
  if (kind !== 'sched') {
    return { hash: hashOf(content) };
  }
  const profile = join(folder, 'profile.pb.gz');
  writeFileSync(profile, stdout);
  return { hash: hashOf(content), top: shortHash(runOfficialTool('pprof', ['-top', profile]).stdout.toString()) };
}
