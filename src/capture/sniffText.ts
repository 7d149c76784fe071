import { excerpt } from '../base';
import type { Foreign, Sniffed } from './sniff';

/** How much of a text is looked at. */
const textWindow = 4096;

interface TextPattern {
  readonly pattern: RegExp;
  readonly looksLike: string;
  readonly advice: string;
}

/** Texts that Go programs and the roads to them answer with; the first that matches says what it is. */
const textPatterns: readonly TextPattern[] = [
  { pattern: /^<(!doctype html|html|head|body)\b/i, looksLike: 'an HTML page', advice: 'log in and download the file again' },
  { pattern: /^<\?xml|^<[a-z]/i, looksLike: 'an XML document', advice: 'download the file again' },
  {
    pattern: /already in use/i,
    looksLike: 'the text that net/http/pprof answers while another profile or trace is being taken',
    advice: 'try again when that one is over',
  },
  {
    pattern: /^(heap profile:|\S+ profile: total|--- ?(mutex|contentionz?|block|heapz?|threadz?|growthz?))/,
    looksLike: 'a profile as text in a form that is unknown',
    advice: 'fetch it without `debug=1`',
  },
  {
    pattern: /^goroutine \d+ \[/,
    looksLike: 'goroutine stacks as text (debug=2)',
    advice: 'fetch the goroutine profile without `debug=2`',
  },
  { pattern: /^(PeriodType|File|Type|Duration): /, looksLike: 'text that `go tool pprof` printed', advice: 'open the profile itself' },
  {
    pattern: /^version https:\/\/git-lfs\.github\.com/,
    looksLike: 'a Git LFS pointer',
    advice: 'fetch the file itself with `git lfs pull`',
  },
];

/** What a text is; undefined when the bytes are no text. */
export function sniffText(bytes: Uint8Array): Sniffed | undefined {
  const text = decodeText(bytes);
  if (text === undefined) {
    return undefined;
  }
  const trimmed = text.replace(/^\uFEFF/, '').trimStart();
  if (trimmed === '') {
    return foreign('a blank text', 'take the capture again');
  }
  if (/^[{[]/.test(trimmed)) {
    return sniffJson(trimmed);
  }
  const known = textPatterns.find(({ pattern }) => pattern.test(trimmed));
  if (known !== undefined) {
    return foreign(known.looksLike, known.advice);
  }
  return foreign(`text that begins “${excerpt(trimmed)}”`, 'look at what the server or program answered instead of the capture');
}

/** Spans as the OTLP JSON encoding and the Collector's file exporter write them; anything else is an answer of some server. */
function sniffJson(text: string): Sniffed {
  if (/"(resourceSpans|resource_spans)"\s*:\s*\[/.test(text) || tempoTrace.test(text)) {
    return { kind: 'otlp-spans' };
  }
  return foreign(`a JSON document that begins “${excerpt(text)}”`, 'look at what the server answered instead of the capture');
}

/** What Tempo's API answers for a trace. */
const tempoTrace = /^\{\s*"batches"\s*:\s*\[\s*\{\s*"(resource|scopeSpans|instrumentationLibrarySpans)"/;

function foreign(looksLike: string, advice: string): Foreign {
  return { kind: 'foreign', looksLike, advice };
}

/** The first bytes as UTF-8 if they are a text: no control characters but white space, and whole characters (the last may be cut). */
function decodeText(bytes: Uint8Array): string | undefined {
  const window = bytes.subarray(0, textWindow);
  for (const byte of window) {
    if ((byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27) || byte === 127) {
      return undefined;
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(window, { stream: true });
  } catch {
    return undefined;
  }
}
