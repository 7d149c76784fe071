import { Worker } from 'node:worker_threads';

import { decodeTrace, indexTrace, type RowColumns } from '../../src/gotrace';

/** What the worker sends: columns, which may be longer than their rows. */
interface Half extends Pick<RowColumns, 'type' | 'timeLowNs' | 'goroutine' | 'context' | 'offset'> {
  readonly rows: number;
}

const headerBytes = 16;

/**
 * The fastest that two threads can decode a trace whose generations they share, an upper bound: the second half goes to a worker as a file of its own, its columns
 * come back by transfer and are put behind those of the first, renumbered. States, regions and tasks that reach over the seam, tables and the numbers themselves are
 * not looked after. @returns what decodes `bytes` so, and gives the number of events
 */
export function prepareHalves(bytes: Uint8Array): () => Promise<number> {
  const seam = findSeam(bytes);
  const first = cut(bytes, headerBytes, seam);
  const worker = new Worker(new URL('./halves.worker.mjs', import.meta.url), { execArgv: [] });
  worker.unref();
  return async () => {
    const second = cut(bytes, seam, bytes.length);
    const answer = new Promise<Half>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    worker.postMessage(second, [second.buffer]);
    const { events } = await decodeTrace(first);
    return events.length + join(await answer, seam);
  };
}

/** The boundary of generations that is nearest to the middle. */
function findSeam(bytes: Uint8Array): number {
  const middle = bytes.length / 2;
  const starts = [...indexTrace(bytes).generations].map(({ start }) => start);
  return starts.reduce((best, start) => (Math.abs(start - middle) < Math.abs(best - middle) ? start : best), headerBytes);
}

/** The bytes of some generations as a file. */
function cut(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(headerBytes + end - start);
  file.set(bytes.subarray(0, headerBytes));
  file.set(bytes.subarray(start, end), headerBytes);
  return file;
}

/** Copies the columns of the second half to where they would have to stand. @returns how many rows they have */
function join({ rows, type, timeLowNs, goroutine, context, offset }: Half, seam: number): number {
  new Uint8Array(rows).set(type.subarray(0, rows));
  new Uint32Array(rows).set(timeLowNs.subarray(0, rows));
  const goroutines = new Uint32Array(rows);
  const contexts = new Uint16Array(rows);
  const offsets = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    goroutines[row] = (goroutine[row] ?? 0) + 1;
    contexts[row] = (context[row] ?? 0) + 1;
    offsets[row] = (offset[row] ?? 0) + seam;
  }
  return rows;
}
