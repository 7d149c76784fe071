import type { Check } from './check';
import { parseRuleFile } from './ruleFile';
import { type CheckResult, runChecks } from './runChecks';
import { measure, type Measured } from './measure';
import { analyzeTrace, type Capture } from '..';
import { decodeTrace } from '../../gotrace';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const services = join(__dirname, '../../../tests/fixtures/services');
let now: Measured;
let before: Measured;

async function traceOf(folder: string): Promise<Capture> {
  const bytes = new Uint8Array(readFileSync(join(services, folder, 'trace.out')));
  return { kind: 'trace', name: folder, sha256: '', analyzed: await analyzeTrace(await decodeTrace(bytes)) };
}

beforeAll(async () => {
  now = measure([await traceOf('go1.26-traceparent')]);
  before = measure([await traceOf('go1.26-datadog')]);
});

function checksOf(lines: string): readonly Check[] {
  return parseRuleFile(`checks:\n${lines}`, { file: 'checks.yaml', views: [] }).checks;
}

function run(line: string, baseline: Measured | null = null): CheckResult[] {
  return runChecks(checksOf(`  - ${line}\n`), now, baseline);
}

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
    const cycles = 11;
    const then = runChecks(checksOf('  - { fact: gc.cycles, max: 1000 }\n'), before, null)[0]?.value ?? 0;
    const increase = cycles - then;
    for (const [limit, direction] of [
      ['maxIncrease', increase],
      ['maxDecrease', -increase],
    ] as const) {
      expect(outcomes(run(`{ fact: gc.cycles, ${limit}: ${Math.max(0, direction)} }`, before))).toEqual(['passed']);
      expect(outcomes(run(`{ fact: gc.cycles, ${limit}: ${(Math.max(0, direction) / then) * 100 + 0.01}% }`, before))).toEqual(['passed']);
      if (direction > 0) {
        expect(outcomes(run(`{ fact: gc.cycles, ${limit}: ${direction - 1} }`, before))).toEqual(['failed']);
        expect(outcomes(run(`{ fact: gc.cycles, ${limit}: ${((direction - 0.5) / then) * 100}% }`, before))).toEqual(['failed']);
      }
    }
    expect(outcomes(run('{ fact: requests.gcTaxShare, maxIncrease: 100pp }', before))).toEqual(['passed']);
  });

  it('fail where the fact is not in the captures, and say what to record; unless they are optional', () => {
    const [missing] = run('{ fact: heap.inuse, max: 1GB }');
    expect(missing).toMatchObject({ outcome: 'missing', text: expect.stringMatching(/needs a heap profile \(curl/) });
    expect(outcomes(run('{ fact: heap.inuse, max: 1GB, optional: true }'))).toEqual(['skipped']);
    expect(run('{ fact: gc.cycles, maxIncrease: 5% }')[0]).toMatchObject({
      outcome: 'missing',
      text: expect.stringMatching(/no baseline to compare with; give one with --baseline/),
    });
    expect(run('{ fact: endpoint.max, for: GET /nowhere, max: 1s }')[0]).toMatchObject({
      outcome: 'missing',
      text: 'there is no endpoint "GET /nowhere" in these captures',
    });
  });

  it('ask a fact of endpoints of the one that is named, else of each', () => {
    expect(run('{ fact: endpoint.gcTaxShare, for: GET /range, max: 1% }')).toEqual([
      expect.objectContaining({ subject: 'GET /range', outcome: 'failed' }),
    ]);
    expect(run('{ fact: endpoint.gcTaxShare, max: 100% }').map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['GET /range', 'GET /light', 'GET /nested']),
    );
  });
});
