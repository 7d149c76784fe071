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

describe('results of checks', () => {
  it('as JUnit are well-formed XML with a case for each, whatever names hold', () => {
    const xml = formatChecksJunit(results);
    const document = new DOMParser().parseFromString(xml, 'application/xml');
    expect(document.querySelector('parsererror')).toBeNull();
    const suite = document.querySelector('testsuites > testsuite')!;
    expect(['tests', 'failures', 'errors', 'skipped'].map((name) => suite.getAttribute(name))).toEqual(['4', '1', '1', '1']);
    const cases = [...suite.querySelectorAll('testcase')];
    expect(cases.map((each) => each.firstElementChild?.tagName)).toEqual(['system-out', 'failure', 'error', 'skipped']);
    expect(cases[1]?.getAttribute('name')).toBe('failed: GET /a"<&:,%\uFFFD');
    expect(cases[1]?.querySelector('failure')?.textContent).toContain('<b>"x"</b> & y:');
  });

  it('as annotations are one line each, which text cannot leave', () => {
    const lines = formatChecksGithub(results).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(
      /^::error title=gclens%3A failed of GET \/a"<&%3A%2C%25.::50 %25 of <b>"x"<\/b> & y:%0D%0Anext, . line ::error::$/s,
    );
    expect(lines[2]).toBe('::notice title=gclens check::4 checks: 1 ok, 1 failed, 1 missing, 1 skipped');
  });

  it('as JSON say whether all passed, with values in the fact’s unit', () => {
    expect(JSON.parse(formatChecksJson(results))).toMatchObject({
      passed: false,
      checks: [{ outcome: 'passed', unit: 'ns', value: 1e7 }, {}, {}, {}],
    });
    expect(JSON.parse(formatChecksJson([result('passed', ''), result('skipped', '')]))).toMatchObject({ passed: true });
  });

  it('as text end with the sum', () => {
    expect(formatChecksText(results)).toMatch(/4 checks: 1 ok, 1 failed, 1 missing, 1 skipped\n$/);
  });
});
