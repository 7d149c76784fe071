/** Decodes the files that it is sent, and sends their columns. Threads do not take over that their parent runs TypeScript. Started by halves.ts. */
import { parentPort } from 'node:worker_threads';

import { register } from 'tsx/esm/api';

register();
const { decodeTrace } = await import('../../src/gotrace/index.ts');

parentPort?.on('message', async (file) => {
  const { events } = await decodeTrace(file);
  const { type, timeLowNs, goroutine, context, offset } = events.rows;
  parentPort?.postMessage(
    { rows: events.length, type, timeLowNs, goroutine, context, offset },
    [type, timeLowNs, goroutine, context, offset].map(({ buffer }) => buffer),
  );
});
