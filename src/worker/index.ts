export type { CaptureFile, Decoder, FileContent, ViewRequest } from './decoder';
export { createInProcessDecoder } from './inProcessDecoder';
export { createWorkerDecoder } from './workerDecoder';
