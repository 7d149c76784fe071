/** @jest-environment jsdom */
import type { CheckResult } from '../../correlate';
import { formatChecksGithub, formatChecksJson, formatChecksJunit, formatChecksText } from './formats';

function result(outcome: CheckResult['outcome'], text: string, subject: string | null = null): CheckResult {
  const fact = { name: 'gc.pauseMax', scope: 'capture', unit: 'ns', needs: 'trace' } as const;
  const check = {
    id: outcome,
    title: null,
    fact,
    subject: null,
    max: 5e6,
    min: null,
    maxIncrease: null,
    maxDecrease: null,
    isOptional: false,
  };
  return { check, subject, outcome, value: 1e7, baseline: null, isBeyondNoise: null, text };
}

const hostile = '50 % of <b>"x"</b> & y:\r\nnext, \u0000 line ::error::';
const results = [
  result('passed', 'fine'),
  result('failed', hostile, `GET /a"<&:,%\u0001`),
  result('missing', 'none'),
  result('skipped', 'none'),
];
const kept = [result('passed', ''), result('skipped', '')];
const damage = [{ file: 'a<,>.out', text: 'cut off\nhere' }];

describe('results of checks', () => {
  it('as JUnit are well-formed XML with a case for each, whatever names hold', () => {
    const xml = formatChecksJunit({ results, damage });
    const document = new DOMParser().parseFromString(xml, 'application/xml');
    expect(document.querySelector('parsererror')).toBeNull();
    const suite = document.querySelector('testsuites > testsuite')!;
    expect(['tests', 'failures', 'errors', 'skipped'].map((name) => suite.getAttribute(name))).toEqual(['5', '1', '2', '1']);
    const [damaged, ...cases] = suite.querySelectorAll('testcase');
    expect([damaged?.getAttribute('name'), damaged?.querySelector('error')?.textContent]).toEqual(['reading a<,>.out', 'cut off\nhere']);
    expect(cases.map((each) => each.firstElementChild?.tagName)).toEqual(['system-out', 'failure', 'error', 'skipped']);
    expect(cases[1]?.getAttribute('name')).toBe('failed: GET /a"<&:,%\uFFFD');
    expect(cases[1]?.querySelector('failure')?.textContent).toContain('<b>"x"</b> & y:');
  });

  it('as annotations are one line each, which text cannot leave', () => {
    const lines = formatChecksGithub({ results, damage }).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe('::error title=gclens%3A reading a<%2C>.out::cut off%0Ahere');
    expect(lines[1]).toMatch(
      /^::error title=gclens%3A failed of GET \/a"<&%3A%2C%25.::50 %25 of <b>"x"<\/b> & y:%0D%0Anext, . line ::error::$/s,
    );
    expect(lines[3]).toBe('::notice title=gclens check::4 checks: 1 ok, 1 failed, 1 missing, 1 skipped; 1 file with errors');
  });

  it('as JSON say whether all passed, with values in the fact’s unit', () => {
    expect(JSON.parse(formatChecksJson({ results, damage }))).toMatchObject({
      passed: false,
      checks: [{ outcome: 'passed', unit: 'ns', value: 1e7 }, {}, {}, {}],
    });
    expect(JSON.parse(formatChecksJson({ results: kept, damage: [] }))).toMatchObject({ passed: true });
    expect(JSON.parse(formatChecksJson({ results: kept, damage }))).toMatchObject({ passed: false, damage: [{ file: 'a<,>.out' }] });
  });

  it('as text end with the sum', () => {
    expect(formatChecksText({ results, damage })).toMatch(/4 checks: 1 ok, 1 failed, 1 missing, 1 skipped; 1 file with errors\n$/);
  });
});
