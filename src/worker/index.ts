export type { CaptureFile, Decoder, FileContent, ViewOptions, ViewRequest } from './decoder';
export { createInProcessDecoder } from './inProcessDecoder';
export { type FallbackDecoding, createWorkerDecoder } from './workerDecoder';
