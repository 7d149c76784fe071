import type { RuntimeFacts } from '../runtime';
import type { Decoded } from './decodeService';

/** Memory that a decoded file holds: its columns, and its text as two bytes a character. */
export function sizeOfDecoded(decoded: Decoded): number {
  switch (decoded.kind) {
    case 'pprof':
      return sizeOfColumns(decoded.profile) + sizeOfTexts(decoded.profile.strings);
    case 'trace': {
      const { bytes, events, stacks, strings } = decoded.trace;
      return bytes.length + events.length * bytesPerEvent + sizeOfColumns(stacks) + strings.length * bytesPerString;
    }
    case 'otlp-spans':
      return decoded.spans.length * bytesPerAppSpan;
  }
}

/** Memory of what is known of a trace beside the trace itself. */
export function sizeOfFacts(facts: RuntimeFacts): number {
  const { timelines, ...tables } = facts;
  return sizeOfColumns(tables) + timelines.goroutines.length * bytesPerGoroutine + facts.tasks.length * bytesPerTask;
}

/** Budget of performance.md section 7, offsets and context included. */
const bytesPerEvent = 16;
const bytesPerString = 24;
const bytesPerAppSpan = 400;
const bytesPerGoroutine = 64;
/** Cost and identity. */
const bytesPerTask = 120;
const bytesPerText = 24;

/** Typed arrays of a table and of the tables in it. */
function sizeOfColumns(table: object): number {
  return Object.values(table).reduce((sum: number, column: unknown) => sum + sizeOfColumn(column), 0);
}

function sizeOfColumn(column: unknown): number {
  if (ArrayBuffer.isView(column)) {
    return column.byteLength;
  }
  if (Array.isArray(column)) {
    return column.reduce((sum: number, entry: unknown) => sum + (ArrayBuffer.isView(entry) ? entry.byteLength : 0), 0);
  }
  return typeof column === 'object' && column !== null ? sizeOfColumns(column) : 0;
}

function sizeOfTexts(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + bytesPerText + text.length * 2, 0);
}
