import { createHash } from 'node:crypto';

import { GclensError, type KernelKind } from '../../src/base';
import { decodeTrace, formatParsed } from '../../src/gotrace';
import { malformedTraces, officialTraces, recordedTraces, serviceTraces, type TraceCase, v1Traces } from './traceFixtures';

interface Dump {
  readonly stdout: Buffer;
  readonly stdoutLines: number;
  readonly error: GclensError | null;
}

/** What `gclens dump` prints and says of a file. */
async function dump(bytes: Uint8Array, kernel: KernelKind): Promise<Dump> {
  const chunks: Uint8Array[] = [];
  const error = await print(bytes, chunks, kernel);
  const stdout = Buffer.concat(chunks);
  return { stdout, stdoutLines: stdout.reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 0), error };
}

/** Adds the text to `chunks`; gives the error that ends it. */
async function print(bytes: Uint8Array, chunks: Uint8Array[], kernel: KernelKind): Promise<GclensError | null> {
  try {
    const trace = await decodeTrace(bytes, { kernel });
    for (const chunk of formatParsed(trace)) {
      chunks.push(chunk);
    }
    return trace.damage;
  } catch (error) {
    if (error instanceof GclensError) {
      return error;
    }
    throw error;
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Of the sorted lines, without their times. */
function maskedSortedSha256(stdout: Buffer): string {
  const lines = stdout
    .toString('latin1')
    .replace(/Time=-?\d+/g, 'Time=*')
    .split('\n');
  return sha256(Buffer.from(lines.sort().join('\n'), 'latin1'));
}

async function expectOfficialAnswer(
  { read, stdoutSha256s, maskedSortedSha256: masked, stdoutLines, error }: TraceCase,
  kernel: KernelKind = 'wasm',
): Promise<Dump> {
  const actual = await dump(read(), kernel);
  expect(actual.error === null ? null : actual.error.reason).toEqual(error === null ? null : expect.stringContaining(error));
  if (stdoutLines !== undefined) {
    expect(actual.stdoutLines).toBe(stdoutLines);
  }
  if (masked === undefined || stdoutSha256s.length > 0) {
    expect(stdoutSha256s).toContain(sha256(actual.stdout));
  } else {
    expect(maskedSortedSha256(actual.stdout)).toBe(masked);
  }
  return actual;
}

describe('dump prints what go tool trace -d=parsed prints', () => {
  it.each(recordedTraces())('recorded: %s', async (_, fixture) => {
    await expectOfficialAnswer(fixture);
  });

  it.each(v1Traces())('v1: %s', async (_, fixture) => {
    await expectOfficialAnswer(fixture);
  });

  it.each(serviceTraces())('service: %s', async (_, fixture) => {
    await expectOfficialAnswer(fixture);
  });

  // The same program as JavaScript, on enough files to see every kind of event.
  it.each(recordedTraces().filter((_, n) => n % 3 === 0))('recorded, without WASM: %s', async (_, fixture) => {
    await expectOfficialAnswer(fixture, 'javascript');
  });

  describe.each(['wasm', 'javascript'] as const)('with the kernel as %s', (kernel) => {
    it.each(officialTraces())('official test: %s', async (_, fixture, expectation) => {
      const { error } = await expectOfficialAnswer(fixture, kernel);
      const [, pattern] = /^FAILURE "(.*)"$/.exec(expectation) ?? [];
      expect(error?.reason ?? '').toMatch(new RegExp(pattern ?? '^$'));
    });

    it.each(malformedTraces())('malformed: %s', async (_, fixture) => {
      const { error } = await expectOfficialAnswer(fixture, kernel);
      if (error !== null) {
        expect(error.details.offset).toBeLessThanOrEqual(fixture.read().length);
        expect(error.message).not.toContain('\n');
      }
    });
  });
});
