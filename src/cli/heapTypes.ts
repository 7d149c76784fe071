import { GclensError } from '../base';
import { decodeTrace, type Trace } from '../gotrace';
import { formatValue } from '../pprof';
import { findHeapObjects, heapByType, type HeapObjects, type HeapTotal, sumHeap } from '../runtime';
import { naming, readCapture, reportNotices } from './input';
import { withProgress } from './progress';
import { WrongUse } from './wrongUse';

/** Which part of the list is shown, and of which moment. */
export interface HeapTypesOptions {
  /** Milliseconds since the start of the trace; its end when absent. */
  readonly at?: number | undefined;
  /** All when absent. */
  readonly maxRows?: number | undefined;
}

/**
 * Objects of the heap of a trace by type, as text. Notices go to stderr; a damaged trace sets exit code 1.
 * @throws GclensError that names the file: it is no trace, or not one of the alloc/free experiment
 */
export async function heapTypesOf(path: string, options: HeapTypesOptions): Promise<string> {
  const { info, bytes } = await readCapture(path);
  const { kind, name } = info;
  if (kind === 'pprof' || kind === 'otlp-spans') {
    throw new WrongUse('objects of the heap are told by execution traces, and this is none', { file: name });
  }
  const { trace, heap } = await naming(name, () =>
    withProgress(async (work) => {
      const decoded = await decodeTrace(bytes, work);
      return { trace: decoded, heap: await findHeapObjects(decoded, work) };
    }),
  );
  if (heap === null) {
    throw new GclensError('this trace does not tell of single objects', {
      file: name,
      advice: 'set GODEBUG=traceallocfree=1 in the process that is traced (Go 1.23 and later)',
    });
  }
  reportNotices(name, heap.notices);
  if (trace.damage !== null) {
    reportNotices(name, [{ severity: 'error', text: `The trace is damaged; the list covers what comes before: ${trace.damage.message}` }]);
  }
  return formatHeapTypes(trace, heap, options);
}

/** Types by live bytes with what of them is live, and what came and went since the trace began. */
export function formatHeapTypes({ events }: Trace, heap: HeapObjects, { at, maxRows = Infinity }: HeapTypesOptions): string {
  const startNs = events.timeNsAt(0);
  const endNs = events.timeNsAt(events.length - 1);
  const atNs = at === undefined ? endNs : startNs + at * 1e6;
  const types = heapByType(heap, atNs);
  const shown = types.slice(0, maxRows);
  const sums = sumHeap(types);
  const milliseconds = (timeNs: number) => ((timeNs - startNs) / 1e6).toFixed(2);
  const lines = [
    'Type: heap objects',
    `Time: ${milliseconds(atNs)} ms of ${milliseconds(endNs)} ms`,
    `Showing ${shown.length} of ${types.length} types; what was allocated and freed counts since the trace began`,
    columnsOf('live', 'objects', 'allocated', 'objects', 'freed', 'objects', 'type'),
    columnsOf(...valuesOf(sums), '(all)'),
    ...shown.map((totals) => columnsOf(...valuesOf(totals), totals.type.name || '(unknown)')),
  ];
  return `${lines.join('\n')}\n`;
}

function valuesOf({ live, allocated, freed }: Readonly<Record<'live' | 'allocated' | 'freed', HeapTotal>>): string[] {
  return [live, allocated, freed].flatMap(({ bytes, objects }) => [formatValue(bytes, 'bytes', 'auto'), String(objects)]);
}

function columnsOf(...texts: readonly string[]): string {
  const name = texts.at(-1) ?? '';
  return `${texts
    .slice(0, -1)
    .map((text) => text.padStart(10))
    .join(' ')}  ${name}`;
}
