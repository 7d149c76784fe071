import workerSource from 'gclens:worker-source';

import { type Decoder, createWorkerDecoder } from '../worker';

let decoder: Decoder | undefined;

/** The page's one decoder: every data source and panel shares its worker, and with it the decoded captures. */
export function sharedDecoder(): Decoder {
  decoder ??= createWorkerDecoder(
    workerSource,
    async () => (await import(/* webpackChunkName: "fallback" */ './fallbackDecoding')).fallbackDecoding,
  );
  return decoder;
}
