import type { Check } from './check';
import { parseRuleFile } from './ruleFile';
import { type CheckResult, runChecks } from './runChecks';
import { measure, type Measured } from './measure';
import { analyzeTrace, type Capture } from '..';
import { openCapture } from '../../capture';
import { decodeTrace } from '../../gotrace';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const fixtures = join(__dirname, '../../../tests/fixtures');
let idle: Measured;
let now: Measured;
let before: Measured;

async function traceOf(file: string): Promise<Capture> {
  const { bytes } = await openCapture(new Uint8Array(readFileSync(join(fixtures, file))), file);
  return { kind: 'trace', name: file, sha256: '', analyzed: await analyzeTrace(await decodeTrace(bytes)) };
}

beforeAll(async () => {
  now = measure([await traceOf('services/go1.26-traceparent/trace.out')]);
  before = measure([await traceOf('services/go1.26-datadog/trace.out')]);
  idle = measure([await traceOf('trace/v1/v1-user_task_region_1_21_good.trace.gz')]);
});

function checksOf(lines: string): readonly Check[] {
  return parseRuleFile(`checks:\n${lines}`, { file: 'checks.yaml', views: [] }).checks;
}

function run(line: string, baseline: Measured | null = null): CheckResult[] {
  return runChecks(checksOf(`  - ${line}\n`), [now], baseline === null ? null : [baseline]);
}

/** Mark assists: nothing in one capture tells how many more or fewer of them chance makes. */
const valueOf = (measured: Measured): number =>
  runChecks(checksOf('  - { fact: gc.assists, max: 1e9 }\n'), [measured], null)[0]?.value ?? 0;

const outcomes = (results: readonly CheckResult[]) => results.map(({ outcome }) => outcome);

describe('checks', () => {
  it.each([
    ['{ fact: gc.cycles, max: 11 }', 'passed'],
    ['{ fact: gc.cycles, max: 10 }', 'failed'],
    ['{ fact: gc.cycles, min: 11 }', 'passed'],
    ['{ fact: gc.cycles, min: 12 }', 'failed'],
    ['{ fact: gc.pauseMax, max: 1s }', 'passed'],
    ['{ fact: gc.pauseMax, max: 1us }', 'failed'],
    ['{ fact: heap.liveMax, max: 1MB }', 'failed'],
    ['{ fact: heap.liveMax, max: 1GiB }', 'passed'],
    ['{ fact: requests.gcTaxShare, max: 1% }', 'failed'],
    ['{ fact: requests.gcTaxShare, max: 99% }', 'passed'],
  ])('%s has %s', (line, outcome) => {
    expect(outcomes(run(line))).toEqual([outcome]);
  });

  it('compare with the baseline by a part of it, by a difference, and in points', () => {
    const assists = valueOf(now);
    const then = valueOf(before);
    const increase = assists - then;
    for (const [limit, direction] of [
      ['maxIncrease', increase],
      ['maxDecrease', -increase],
    ] as const) {
      expect(outcomes(run(`{ fact: gc.assists, ${limit}: ${Math.max(0, direction)} }`, before))).toEqual(['passed']);
      expect(outcomes(run(`{ fact: gc.assists, ${limit}: ${(Math.max(0, direction) / then) * 100 + 0.01}% }`, before))).toEqual(['passed']);
      if (direction > 0) {
        expect(outcomes(run(`{ fact: gc.assists, ${limit}: ${direction - 1} }`, before))).toEqual(['failed']);
        expect(outcomes(run(`{ fact: gc.assists, ${limit}: ${((direction - 0.5) / then) * 100}% }`, before))).toEqual(['failed']);
      }
    }
    expect(outcomes(run('{ fact: requests.gcTaxShare, maxIncrease: 100pp }', before))).toEqual(['passed']);
    expect(run('{ fact: requests.gcTaxShare, maxIncrease: 100pp }', before)[0]?.text).toMatch(/ \(baseline .*, [+-][\d.]+ points\)$/);
    expect(run('{ fact: requests.gcTaxShare, maxIncrease: 900% }', before)[0]?.text).toMatch(/ \(baseline .*, [+-][\d.]+ %\)$/);
  });

  it('fail where the fact is not in the captures, and say what to record; unless they are optional', () => {
    const [missing] = run('{ fact: heap.inuse, max: 1GB }');
    expect(missing).toMatchObject({ outcome: 'missing', text: expect.stringMatching(/needs a heap profile \(curl/) });
    expect(outcomes(run('{ fact: heap.inuse, max: 1GB, optional: true }'))).toEqual(['skipped']);
    expect(run('{ fact: gc.cycles, maxIncrease: 5% }')[0]).toMatchObject({
      outcome: 'missing',
      text: expect.stringMatching(/no baseline to compare with; give one with --baseline/),
    });
    expect(run('{ fact: gc.cycles, max: 10, maxIncrease: 5% }')[0]).toMatchObject({
      outcome: 'failed',
      text: expect.stringMatching(/^11: more than 10; what it changed by cannot be judged: there is no baseline/),
    });
    expect(run('{ fact: gc.cycles, max: 11, maxIncrease: 5% }')[0]).toMatchObject({
      outcome: 'missing',
      text: expect.stringMatching(/^11; what it changed by cannot be judged: there is no baseline/),
    });
    expect(outcomes(run('{ fact: gc.cycles, max: 11, maxIncrease: 5%, optional: true }'))).toEqual(['passed']);
    expect(outcomes(run('{ fact: gc.cycles, max: 10, maxIncrease: 5%, optional: true }'))).toEqual(['failed']);
    expect(run('{ fact: endpoint.max, for: GET /nowhere, max: 1s }')[0]).toMatchObject({
      outcome: 'missing',
      text: 'there is no endpoint "GET /nowhere" in these captures',
    });
  });

  it('are not broken, nor is a recording at fault, where no GC cycle began', () => {
    const ask = (line: string, runs: Measured, baseline: Measured | null = null) =>
      runChecks(checksOf(`  - ${line}\n`), [runs], baseline === null ? null : [baseline]);
    expect(ask('{ fact: map.driveShare, max: 10% }', idle)).toEqual([
      expect.objectContaining({ outcome: 'skipped', text: 'no GC cycle began in these captures' }),
    ]);
    expect(outcomes(ask('{ fact: map.driveShare, maxIncrease: 10pp }', idle, now))).toEqual(['skipped']);
    expect(outcomes(ask('{ fact: map.driveShare, min: 10% }', idle))).toEqual(['missing']);
    expect(ask('{ fact: map.driveShare, max: 100%, maxIncrease: 10pp }', now, idle)).toEqual([
      expect.objectContaining({ outcome: 'passed', text: expect.stringContaining('no GC cycle began in the baseline') }),
    ]);
    expect(outcomes(ask('{ fact: map.driveShare, max: 1%, maxIncrease: 10pp }', now, idle))).toEqual(['failed']);
    expect(ask('{ fact: cause.share, for: main.gone, max: 10% }', now)).toEqual([
      expect.objectContaining({ outcome: 'skipped', text: 'main.gone drives no GC in these captures' }),
    ]);
  });

  it('ask a fact of endpoints of the one that is named, else of each', () => {
    expect(run('{ fact: endpoint.gcTaxShare, for: GET /range, max: 1% }')).toEqual([
      expect.objectContaining({ subject: 'GET /range', outcome: 'failed' }),
    ]);
    expect(run('{ fact: endpoint.gcTaxShare, max: 100% }').map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['GET /range', 'GET /light', 'GET /nested']),
    );
  });

  it('let pass what is within the noise of the captures, and say so', () => {
    const cycles = (measured: Measured) => measured.trace?.facts.gcCycles.length ?? 0;
    const limit = cycles(now) > cycles(before) ? 'maxIncrease' : 'maxDecrease';
    expect(cycles(now)).not.toBe(cycles(before));
    const [result] = run(`{ fact: gc.cycles, ${limit}: 0 }`, before);
    expect(result).toMatchObject({
      outcome: 'passed',
      isBeyondNoise: false,
      text: expect.stringMatching(/by more than 0, but within the noise, as the captures vary as much within themselves$/),
    });
    // An absolute limit is broken with or without noise.
    expect(run(`{ fact: gc.cycles, ${limit}: 0, max: 1 }`, before)).toMatchObject([
      { outcome: 'failed', text: expect.stringMatching(/more than 1, .* within the noise/) },
    ]);
    expect(run('{ fact: gc.assists, maxIncrease: 100%, maxDecrease: 0% }', before)[0]?.isBeyondNoise).toBeNull();
  });

  it('judge the middle of several runs, and take for noise what the runs of one side differ by', () => {
    const [few, many] = [before, now].sort((a, b) => valueOf(a) - valueOf(b)) as [Measured, Measured];
    const check = checksOf('  - { fact: gc.assists, maxIncrease: 1% }\n');
    const judged = (runs: readonly Measured[], baseline: readonly Measured[]) => runChecks(check, runs, baseline)[0];
    expect(judged([many, many, few], [few, few, few])).toMatchObject({ outcome: 'passed', value: valueOf(many), isBeyondNoise: false });
    const beyond = judged([many, many, many], [few, few, few]);
    expect(beyond).toMatchObject({ outcome: 'failed', baseline: valueOf(few), isBeyondNoise: true });
    expect(beyond?.text).toMatch(/the middle of 3 runs .*increased by more than 1 %, runs: /);
    expect(judged([few, few], [many, many])).toMatchObject({ outcome: 'passed', isBeyondNoise: true });
  });
});
