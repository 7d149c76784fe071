import { prepareGunzip } from '../capture';
import { prepareTraces } from '../gotrace';
import { prepareProfiles } from '../pprof';
import { DecodeService } from './decodeService';
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
self.onmessage = ({ data }) => {
  receive(data);
};
self.postMessage({ type: 'ready' }, []);
// While the page still reads the file. Where it fails, it fails again with the first file, and is told then.
Promise.all([prepareGunzip(), prepareTraces(), prepareProfiles()]).catch(() => undefined);
