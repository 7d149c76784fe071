import { createHash } from 'node:crypto';

import { GclensError } from '../../src/base';
import { decodeTrace, formatParsed } from '../../src/gotrace';
import { malformedTraces, officialTraces, recordedTraces, serviceTraces, type TraceCase } from './traceFixtures';

interface Dump {
  readonly stdoutSha256: string;
  readonly stdoutLines: number;
  readonly error: GclensError | null;
}

/** What `gclens dump` prints and says of a file. */
async function dump(bytes: Uint8Array): Promise<Dump> {
  const hash = createHash('sha256');
  let stdoutLines = 0;
  try {
    const trace = await decodeTrace(bytes);
    for (const chunk of formatParsed(trace)) {
      hash.update(chunk);
      stdoutLines += chunk.reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 0);
    }
    return { stdoutSha256: hash.digest('hex'), stdoutLines, error: trace.damage };
  } catch (error) {
    if (error instanceof GclensError) {
      return { stdoutSha256: hash.digest('hex'), stdoutLines, error };
    }
    throw error;
  }
}

async function expectOfficialAnswer({ read, stdoutSha256, stdoutLines, error }: TraceCase): Promise<Dump> {
  const actual = await dump(read());
  expect(actual.error === null ? null : actual.error.reason).toEqual(error === null ? null : expect.stringContaining(error));
  if (stdoutLines !== undefined) {
    expect(actual.stdoutLines).toBe(stdoutLines);
  }
  expect(actual.stdoutSha256).toBe(stdoutSha256);
  return actual;
}

describe('dump prints what go tool trace -d=parsed prints', () => {
  it.each(recordedTraces())('recorded: %s', async (_, fixture) => {
    await expectOfficialAnswer(fixture);
  });

  it.each(serviceTraces())('service: %s', async (_, fixture) => {
    await expectOfficialAnswer(fixture);
  });

  it.each(officialTraces())('official test: %s', async (_, fixture, expectation) => {
    const { error } = await expectOfficialAnswer(fixture);
    const [, pattern] = /^FAILURE "(.*)"$/.exec(expectation) ?? [];
    expect(error?.reason ?? '').toMatch(new RegExp(pattern ?? '^$'));
  });

  it.each(malformedTraces())('malformed: %s', async (_, fixture) => {
    const { error } = await expectOfficialAnswer(fixture);
    if (error !== null) {
      expect(error.details.offset).toBeLessThanOrEqual(fixture.read().length);
      expect(error.message).not.toContain('\n');
    }
  });
});
