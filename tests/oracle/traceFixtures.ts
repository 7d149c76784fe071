import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { encodeTrace } from '../../src/gotrace/encodeTrace.testing';

const copies = join(__dirname, '../fixtures');
const shared = join(__dirname, '../../../shared/fixtures');

/** Whether the whole set of captures is there, or only the copies. */
export const hasSharedFixtures = existsSync(join(shared, 'trace'));

/** A trace, and what `go tool trace -d=parsed` says of it. */
export interface TraceCase {
  readonly read: () => Uint8Array;
  readonly stdoutSha256: string;
  readonly stdoutLines?: number;
  /** First line of the official error; null when the trace is read whole. */
  readonly error: string | null;
}

type Cases = [name: string, fixture: TraceCase][];

interface ParsedReference {
  readonly traces: Readonly<
    Record<string, { readonly parsed?: { readonly sha256: string; readonly lines: number; readonly stderr?: string } }>
  >;
}

interface Verdicts {
  readonly files: Readonly<
    Record<string, { readonly stdoutSha256: string; readonly stdoutLines?: number; readonly stderr?: string | readonly string[] }>
  >;
}

/** Traces of a program that makes as many kinds of events as possible. */
export function recordedTraces(): Cases {
  const folder = join(hasSharedFixtures ? shared : copies, 'trace/recorded');
  return casesOf(readJson<ParsedReference>(join(folder, 'reference.json')), folder);
}

/** Traces of services under load. */
export function serviceTraces(): Cases {
  return hasSharedFixtures
    ? casesOf(readJson<ParsedReference>(join(shared, 'services/reference.json')), join(shared, 'services'))
    : casesOf(readJson<ParsedReference>(join(copies, 'trace/services.json')), join(copies, 'services'));
}

/** Damaged and foreign files. */
export function malformedTraces(): Cases {
  const folder = join(hasSharedFixtures ? shared : copies, 'trace/malformed');
  const { files } = readJson<Verdicts>(join(folder, 'expected.json'));
  return Object.entries(files)
    .map(([name, verdict]): Cases[number] => [name, caseOf(() => readTrace(join(folder, name)), verdict)])
    .filter(isNoV1);
}

/** The official reader's own tests. Their texts are the same everywhere; the answers stand with the copies. */
export function officialTraces(): (readonly [name: string, fixture: TraceCase, expectation: string])[] {
  const folder = join(copies, 'trace/official');
  const { files } = readJson<Verdicts>(join(folder, 'expected.json'));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test'))
    .map((name) => {
      const [, expectation = '', trace = ''] =
        /-- expect --\n(.*)\n-- trace --\n([^]*)/.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
      const verdict = files[name];
      if (verdict === undefined) {
        throw new Error(`${name} has no answer in expected.json`);
      }
      return [name, caseOf(() => encodeTrace(trace), verdict), expectation] as const;
    });
}

function casesOf({ traces }: ParsedReference, folder: string): Cases {
  return Object.entries(traces)
    .flatMap(([name, { parsed }]): Cases =>
      parsed === undefined
        ? []
        : [
            [
              name,
              { ...caseOf(() => readTrace(join(folder, name)), { ...parsed, stdoutSha256: parsed.sha256 }), stdoutLines: parsed.lines },
            ],
          ],
    )
    .filter(isNoV1);
}

function caseOf(read: TraceCase['read'], { stdoutSha256, stdoutLines, stderr }: Verdicts['files'][string]): TraceCase {
  const error = typeof stderr === 'string' ? stderr : stderr?.[0];
  return {
    read,
    stdoutSha256,
    error: error === undefined || error === '' ? null : error,
    ...(stdoutLines === undefined ? {} : { stdoutLines }),
  };
}

function isNoV1([, { read }]: Cases[number]): boolean {
  return !/^go 1\.(11|19|21) trace\0/.test(String.fromCharCode(...read().subarray(0, 16)));
}

function readTrace(path: string): Uint8Array {
  return new Uint8Array(existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`)));
}

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(path, 'utf8')) as Content;
}
