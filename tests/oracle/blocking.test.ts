import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { decodeTrace } from '../../src/gotrace';
import { encodeProfile, formatTop, type Profile, usualTopFractions } from '../../src/pprof';
import { traceProfile } from '../../src/runtime';
import { type BlockingAnswer, type BlockingAnswers, blockingTraces, kindsOf } from './blockingAnswers';
import { contentOf, hashOf, shortHash } from './blockingContent';
import { describeWithGo, goNote, runOfficialTool } from './officialTool';

/** Answers of the official tool; recordBlocking.ts asks it. */
const answers = JSON.parse(readFileSync(join(__dirname, '../fixtures/trace/blocking.json'), 'utf8')) as BlockingAnswers;
/** Two runs of the official tool differ by as much in format v1. */
const mostTieNs = 100;

const topOf = (profile: Profile) => formatTop(profile, { sampleType: 1, ...usualTopFractions });

function expectAnswer(actual: Profile, answer: BlockingAnswer | undefined): void {
  const content = contentOf(actual);
  if (answer === undefined || 'error' in answer) {
    // A trace without any goroutine is an error there.
    expect([answer?.error, content.samples]).toEqual([expect.stringContaining('failed to find matching'), 0]);
  } else if ('hash' in answer) {
    expect(hashOf(content)).toBe(answer.hash);
    expect(answer.top ?? shortHash(topOf(actual))).toBe(shortHash(topOf(actual)));
  } else {
    expect([content.head, [...content.values.keys()].sort()]).toEqual([answer.head, Object.keys(answer.values).sort()]);
    for (const [stack, [count, delayNs]] of content.values) {
      expect(count).toBe(answer.values[stack]?.[0]);
      expect(Math.abs((delayNs ?? NaN) - (answer.values[stack]?.[1] ?? NaN))).toBeLessThanOrEqual(mostTieNs);
    }
  }
}

describe('blocking profiles hold what those of go tool trace -pprof hold', () => {
  it.each(blockingTraces().map(([name, { read }]) => [name, read] as const))('%s', async (name, read) => {
    const trace = await decodeTrace(read());
    for (const kind of kindsOf(name)) {
      expectAnswer(await traceProfile(trace, kind), answers[name]?.[kind]);
    }
  });
});

describeWithGo(`go tool pprof opens what gclens writes${goNote}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'gclens-blocking-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  // The larger ones are no copies in this repository.
  const opened = blockingTraces().filter(([name]) => ['all-1.26.trace', 'gens-1.23.trace', 'all-1.20.trace'].includes(name));
  it.each(opened)('%s', async (_, { read }) => {
    const profile = await traceProfile(await decodeTrace(read()), 'sched');
    const file = join(folder, 'profile.pb.gz');
    writeFileSync(file, gzipSync(encodeProfile(profile)));
    expect(runOfficialTool('pprof', ['-top', file]).stdout.toString()).toBe(topOf(profile));
  });
});
