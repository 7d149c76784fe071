import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { analyzeTrace } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';
import { MmuCurve, MutatorUtilisation, type UtilisationSteps } from '../../src/runtime';
import { askOfficialMmu, type Counting, type OfficialMmu } from './officialMmu';
import { describeWithGo, goNote } from './officialTool';

const shared = join(__dirname, '../../../shared/fixtures');
const fixtures = existsSync(shared) ? shared : join(__dirname, '../fixtures');

/** Traces of format v2: of v1 the official reader breaks ties at random. */
const traces = [
  ...readdirSync(join(fixtures, 'services'))
    .map((folder) => join(fixtures, 'services', folder, 'trace.out'))
    .filter((path) => existsSync(path) && !path.includes('go1.21')),
  ...readdirSync(join(fixtures, 'trace', 'recorded'))
    .filter((name) => name.endsWith('.trace') && !name.includes('go1.21'))
    .map((name) => join(fixtures, 'trace', 'recorded', name)),
];

const flags = { system: 'stw|background|assist', perProc: 'perProc|stw|background|assist' } as const;

/** Steps as the official code lists them: on the trace clock, and the time of the last one as it is. */
function pairsOf({ timeNs, share }: UtilisationSteps, originNs: bigint): [number, number][] {
  return Array.from(timeNs, (time, k): [number, number] => [Number(originNs + BigInt(time)), share[k] ?? 0]);
}

function largestDifference(ours: readonly (readonly [number, number])[], theirs: readonly (readonly [number, number])[]): number {
  expect(ours.map(([time]) => time)).toEqual(theirs.map(([time]) => time));
  return ours.reduce((most, [, share], k) => Math.max(most, Math.abs(share - (theirs[k]?.[1] ?? NaN))), 0);
}

async function compare(path: string, counting: Counting, perProc: boolean, official: OfficialMmu): Promise<void> {
  const trace = await decodeTrace(new Uint8Array(readFileSync(path)));
  const { facts } = await analyzeTrace(trace);
  const series = new MutatorUtilisation(trace, facts).series({ perProc, likeGoToolTrace: counting === 'as it is' });
  expect(series).toHaveLength(official.util.length);
  for (const [k, steps] of series.entries()) {
    expect(largestDifference(pairsOf(steps, trace.originNs), official.util[k] ?? [])).toBeLessThan(1e-12);
  }
  const curve = new MmuCurve(series);
  // A window of 1 ns, which is drawn where the program always has something left, goes beyond the end of the trace there.
  for (const [windowNs, utilisation] of (official.plot?.curve ?? []).filter(([lengthNs]) => lengthNs > 1)) {
    expect(Math.abs(curve.least(windowNs).utilisation - utilisation)).toBeLessThan(1e-9);
  }
  // The exponential function of another library may round a window to one nanosecond less or more.
  const drawn = curve.draw();
  expect(drawn).toHaveLength(official.plot?.curve.length ?? 0);
  for (const [k, { windowNs }] of drawn.entries()) {
    expect(Math.abs(windowNs - (official.plot?.curve[k]?.[0] ?? NaN))).toBeLessThanOrEqual(1);
  }
}

describeWithGo(`minimum mutator utilisation equals the official code${goNote}`, () => {
  describe.each<Counting>(['as it is', 'each run once'])('%s', (counting) => {
    let answers: OfficialMmu[] = [];
    beforeAll(() => {
      answers = askOfficialMmu(counting, Object.values(flags), traces);
    }, 600_000);

    it.each(traces.map((path): [string, string] => [join(basename(dirname(path)), basename(path)), path]))('%s', async (_, path) => {
      for (const [name, asked] of Object.entries(flags)) {
        const official = answers.find((answer) => answer.trace === path && answer.flags === asked);
        expect(official?.panic).toBeUndefined();
        await compare(path, counting, name === 'perProc', official!);
      }
    });
  });
});
