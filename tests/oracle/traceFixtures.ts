import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { encodeTrace } from '../../src/gotrace/encodeTrace.testing';

const copies = join(import.meta.dirname, '../fixtures');
const shared = join(import.meta.dirname, '../../../shared/fixtures');

/** Whether the whole set of captures is there, or only the copies. */
export const hasSharedFixtures = existsSync(join(shared, 'trace'));

/** A trace, and what `go tool trace -d=parsed` says of it. */
export interface TraceCase {
  readonly read: () => Uint8Array;
  /** Of the text that it prints; of one of them where it prints another at every run. */
  readonly stdoutSha256s: readonly string[];
  /** What is the same in all texts that it prints: their lines in order of the alphabet, with every time left out. */
  readonly maskedSortedSha256?: string;
  readonly stdoutLines?: number;
  /** First line of the official error; null when the trace is read whole. */
  readonly error: string | null;
}

/** Texts of v1 traces that the official tool printed, by the trace's name: it breaks ties at random, so these are some of them, or all. */
const v1Texts = readJson<Readonly<Record<string, readonly string[]>>>(join(copies, 'trace/v1/texts.json'));

type Cases = [name: string, fixture: TraceCase][];

interface Parsed {
  readonly sha256?: string;
  readonly masked_sorted_sha256?: string;
  readonly lines: number;
  readonly stderr?: string;
}

interface ParsedReference {
  readonly traces: Readonly<Record<string, { readonly parsed?: Parsed }>>;
}

interface Verdicts {
  readonly files: Readonly<
    Record<string, { readonly stdoutSha256: string; readonly stdoutLines?: number; readonly stderr?: string | readonly string[] }>
  >;
}

/** Traces of a program that makes as many kinds of events as possible. */
export function recordedTraces(): Cases {
  return parsedTraces('trace/recorded/reference.json', 'trace/recorded');
}

/** The official test traces of format v1. */
export function v1Traces(): Cases {
  return parsedTraces('trace/v1/reference.json', 'trace/v1');
}

/** Traces of services under load. */
export function serviceTraces(): Cases {
  return parsedTraces(hasSharedFixtures ? 'services/reference.json' : 'trace/services.json', 'services');
}

/** Damaged and foreign files. */
export function malformedTraces(): Cases {
  const folder = join(hasSharedFixtures ? shared : copies, 'trace/malformed');
  const { files } = readJson<Verdicts>(join(folder, 'expected.json'));
  return Object.entries(files).map(([name, verdict]) => [name, caseOf(() => readTrace(join(folder, name)), verdict)]);
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

function parsedTraces(reference: string, folder: string): Cases {
  const root = hasSharedFixtures ? shared : copies;
  const { traces } = readJson<ParsedReference>(join(root, reference));
  return Object.entries(traces).flatMap(([name, { parsed }]): Cases =>
    parsed === undefined ? [] : [[name, caseOfParsed(join(root, folder, name), parsed, v1Texts[name] ?? [])]],
  );
}

function caseOfParsed(path: string, parsed: Parsed, texts: readonly string[]): TraceCase {
  const { sha256, masked_sorted_sha256: masked, lines, stderr } = parsed;
  return {
    read: () => readTrace(path),
    stdoutSha256s: [...texts, ...(sha256 === undefined ? [] : [sha256])],
    ...(masked === undefined ? {} : { maskedSortedSha256: masked }),
    stdoutLines: lines,
    error: stderr ?? null,
  };
}

function caseOf(read: TraceCase['read'], { stdoutSha256, stdoutLines, stderr }: Verdicts['files'][string]): TraceCase {
  const error = (typeof stderr === 'string' ? stderr : stderr?.[0])?.replace(/^panic: /, '');
  return {
    read,
    stdoutSha256s: [stdoutSha256],
    error: error === undefined || error === '' ? null : error,
    ...(stdoutLines === undefined ? {} : { stdoutLines }),
  };
}

function readTrace(path: string): Uint8Array {
  return new Uint8Array(existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`)));
}

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(path, 'utf8')) as Content;
}
