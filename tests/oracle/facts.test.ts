import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { analyzeTrace, stringifyFacts, toFactsJson } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';

const root = join(__dirname, '../..');
const shared = join(root, '../shared/fixtures');
const fixtures = existsSync(shared) ? shared : join(root, 'tests/fixtures');

/** Every facts.json with the trace it is about; v1 traces (Go <= 1.21) are read by another decoder. */
const references = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('facts.json'))
  .map((path) => ({ facts: join(fixtures, path), trace: traceBeside(join(fixtures, path)) }))
  .filter(({ trace }) => isV2(trace))
  .map((paths): [string, typeof paths] => [relative(fixtures, paths.trace), paths]);

function traceBeside(facts: string): string {
  const name = basename(facts) === 'facts.json' ? 'trace.out' : basename(facts).replace('.facts.json', '.trace');
  const path = join(dirname(facts), name);
  return existsSync(path) ? path : `${path}.gz`;
}

function readTrace(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return new Uint8Array(path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

function isV2(path: string): boolean {
  return existsSync(path) && /^go 1\.(2[2-9]|[3-9]\d) trace/.test(new TextDecoder('latin1').decode(readTrace(path).subarray(0, 16)));
}

/** JSON with large integers as text, which no double can hold, and without null members, which may be left out. */
function parseExactly(json: string): Record<string, unknown> {
  const withoutNulls = (_: string, value: unknown): unknown => (value === null ? undefined : value);
  return JSON.parse(json.replace(/(?<=[:[,]\s*)(\d{16,})(?=\s*[,}\]])/g, '"$1"'), withoutNulls) as Record<string, unknown>;
}

describe('facts equal the reference values', () => {
  it.each(references)('%s', async (_, { facts, trace }) => {
    const expected = parseExactly(readFileSync(facts, 'utf8'));
    const actual = parseExactly(stringifyFacts(toFactsJson(await analyzeTrace(await decodeTrace(readTrace(trace))))));
    for (const section of Object.keys({ ...expected, ...actual })) {
      if (section !== 'overlap') {
        expect({ [section]: actual[section] }).toEqual({ [section]: expected[section] });
      }
    }
    const { lift: expectedLift = 0, ...expectedOverlap } = expected.overlap as Record<string, unknown>;
    const { lift = 0, ...overlap } = actual.overlap as Record<string, unknown>;
    expect(overlap).toEqual(expectedOverlap);
    expect(Math.abs(Number(lift) - Number(expectedLift))).toBeLessThanOrEqual(1e-12 * Math.max(1, Number(expectedLift)));
  });
});
