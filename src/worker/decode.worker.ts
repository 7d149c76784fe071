import { DecodeService } from './decodeService';
import { prepareDecoding } from './prepareDecoding';
import type { FromWorker, ToWorker } from './protocol';
import { serveDecoder } from './serve';

/** Entry of the worker. The types of a page and of a worker's scope do not go together, so the two members used are named here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
}

declare const self: WorkerScope;

const receive = serveDecoder(new DecodeService(), (message, transfer) => {
  self.postMessage(message, transfer);
});
const preparing = new AbortController();
self.onmessage = ({ data }) => {
  preparing.abort();
  receive(data);
};
self.postMessage({ type: 'ready' }, []);
// While nobody asks yet. Where it fails, it fails again with the first file, and is told then.
prepareDecoding(preparing.signal).catch(() => undefined);
