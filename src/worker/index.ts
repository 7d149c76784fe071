export type { CaptureFile, Decoder, FileContent, ViewOptions, ViewRequest } from './decoder';
export { type TimeOfStart, timeOfStart } from './timeOfStart';
export { createInProcessDecoder } from './inProcessDecoder';
export { type FallbackDecoding, createWorkerDecoder } from './workerDecoder';
