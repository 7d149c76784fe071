import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { decodeTrace } from '../../src/gotrace';
import { decodeProfile, encodeProfile, formatTop, type Profile, usualTopFractions } from '../../src/pprof';
import { blockingKinds, traceProfile } from '../../src/runtime';
import { describeWithGo, goNote, runOfficialTool } from './officialTool';
import { officialTraces, recordedTraces, serviceTraces, v1Traces } from './traceFixtures';

const folder = mkdtempSync(join(tmpdir(), 'gclens-blocking-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a profile holds, whatever the order of its tables: values by stack. */
function contentOf({ samples, stacks, locations, functions, strings, ...head }: Profile) {
  const lines = Array.from({ length: locations.length }, (_, location) => {
    const row = locations.lineFunction[location]!;
    const [name, file] = [strings[functions.name[row]!], strings[functions.file[row]!]];
    return `${locations.address[location]!.toString(16)} ${name} ${file}:${locations.lineNumber[location]}`;
  });
  const values = Array.from(samples.stack, (stack, sample): [string, (number | undefined)[]] => {
    const own = stacks.location.subarray(stacks.locationStart[stack], stacks.locationStart[stack + 1]);
    return [Array.from(own, (location) => lines[location]).join('\n'), samples.values.map((column) => column[sample])];
  });
  const { sampleTypes, period, periodType, timeUnixNs, durationNs } = head;
  return { sampleTypes, period, periodType, timeUnixNs, durationNs, samples: samples.length, values: new Map(values) };
}

type Content = ReturnType<typeof contentOf>;

/** Of format v1 the official reader breaks ties between threads at random, which moves a time by some ns: two runs of it differ as much. */
function expectSameUpToTies({ values, ...actual }: Content, { values: official, ...expected }: Content): void {
  expect(actual).toEqual(expected);
  const counts = (of: Content['values']) => new Map(Array.from(of, ([stack, [count]]) => [stack, count]));
  expect(counts(values)).toEqual(counts(official));
  for (const [stack, [, delayNs]] of values) {
    expect(Math.abs(delayNs! - official.get(stack)![1]!)).toBeLessThanOrEqual(100);
  }
}

/** What `go tool pprof -top` prints of a profile. */
function topOf(profile: Uint8Array): string {
  const file = join(folder, 'profile.pb.gz');
  writeFileSync(file, profile);
  return runOfficialTool('pprof', ['-top', file]).stdout.toString();
}

/** Traces that are read whole: of a damaged one gclens keeps what comes after the last whole generation too. */
const whole = [...recordedTraces(), ...serviceTraces(), ...v1Traces(), ...officialTraces()].filter(([, { error }]) => error === null);
/** The official reader's own tests are about system calls and Ps. */
const kindsOf = (name: string) => (name.endsWith('.test') ? (['syscall', 'sched'] as const) : blockingKinds);

describeWithGo(`blocking profiles equal those of go tool trace -pprof${goNote}`, () => {
  it.each(whole.map(([name, { read }]) => [name, read] as const))('%s', async (name, read) => {
    const bytes = read();
    const trace = await decodeTrace(bytes);
    const file = join(folder, 'trace.out');
    writeFileSync(file, bytes);
    for (const kind of kindsOf(name)) {
      const official = runOfficialTool('trace', [`-pprof=${kind}`, file]);
      const actual = await traceProfile(trace, kind);
      if (official.status !== 0) {
        // A trace without any goroutine is an error there.
        expect([kind, official.stderr, actual.samples.length]).toEqual([kind, expect.stringContaining('failed to find matching'), 0]);
        continue;
      }
      const expected = await decodeProfile(new Uint8Array(gunzipSync(official.stdout)));
      if (trace.goVersion < 22) {
        expectSameUpToTies(contentOf(actual), contentOf(expected));
        continue;
      }
      expect({ kind, ...contentOf(actual) }).toEqual({ kind, ...contentOf(expected) });
      if (kind === 'sched') {
        const top = topOf(official.stdout);
        expect(formatTop(actual, { sampleType: 1, ...usualTopFractions })).toBe(top);
        expect(topOf(gzipSync(encodeProfile(actual)))).toBe(top);
      }
    }
  });
});
