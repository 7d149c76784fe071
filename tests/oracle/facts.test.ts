import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { analyzeTrace, stringifyFacts, toFactsJson } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';

const root = join(__dirname, '../..');
const shared = join(root, '../shared/fixtures');
const fixtures = existsSync(shared) ? shared : join(root, 'tests/fixtures');

/** Every facts.json with the trace it is about. */
const references = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('facts.json'))
  .map((path) => ({ facts: join(fixtures, path), trace: traceBeside(join(fixtures, path)) }))
  .filter(({ trace }) => existsSync(trace))
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

/** JSON with large integers as text, which no double can hold, and without null members, which may be left out. */
function parseExactly(json: string): Record<string, unknown> {
  const withoutNulls = (_: string, value: unknown): unknown => (value === null ? undefined : value);
  return JSON.parse(json.replace(/(?<=[:[,]\s*)(\d{16,})(?=\s*[,}\]])/g, '"$1"'), withoutNulls) as Record<string, unknown>;
}

/** In traces of format v1 the official reader breaks ties between procs at random, which moves times by as much. */
const tieNs = 100;

/** The actual value, but for times and durations of a v1 trace that differ from the reference by no more than ties explain: those are the reference's. */
function settleTies(actual: unknown, expected: unknown, key = ''): unknown {
  if (typeof actual === 'number' && typeof expected === 'number') {
    return key.endsWith('Ns') && Math.abs(actual - expected) <= tieNs ? expected : actual;
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((entry, n) => settleTies(entry, expected[n], key));
  }
  if (typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null) {
    const reference = new Map<string, unknown>(Object.entries(expected));
    // The classes of a cost are durations all.
    const settle = (member: string, value: unknown) => settleTies(value, reference.get(member), key === 'cost' ? `${member}Ns` : member);
    return Object.fromEntries(Object.entries(actual).map(([member, value]) => [member, settle(member, value)]));
  }
  return actual;
}

/** What the second implementation does not say; tested in the folders that make it, and in mmu.test.ts. */
const beyondReference = ['stopLatencies', 'gcWorkers', 'mmu', 'schedulerLatency', 'waits', 'elsewhere'];

describe('facts equal the reference values', () => {
  it.each(references)('%s', async (_, { facts, trace }) => {
    const expected = parseExactly(readFileSync(facts, 'utf8'));
    const decoded = await decodeTrace(readTrace(trace));
    const computed = parseExactly(stringifyFacts(toFactsJson(await analyzeTrace(decoded))));
    const actual = decoded.goVersion < 22 ? (settleTies(computed, expected) as typeof computed) : computed;
    expect(Object.keys(actual)).toEqual(expect.arrayContaining(beyondReference));
    for (const section of Object.keys({ ...expected, ...actual })) {
      if (section !== 'overlap' && !beyondReference.includes(section)) {
        expect({ [section]: actual[section] }).toEqual({ [section]: expected[section] });
      }
    }
    const { lift: expectedLift = 0, ...expectedOverlap } = expected.overlap as Record<string, unknown>;
    const { lift = 0, ...overlap } = actual.overlap as Record<string, unknown>;
    expect(overlap).toEqual(expectedOverlap);
    expect(Math.abs(Number(lift) - Number(expectedLift))).toBeLessThanOrEqual(1e-12 * Math.max(1, Number(expectedLift)));
  });
});
