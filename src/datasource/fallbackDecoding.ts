import workerSource from 'gclens:fallback-worker-source';

import { type FallbackDecoding, createInProcessDecoder } from '../worker';

/** A chunk of its own: what decodes on pages that forbid WASM or workers. */
export const fallbackDecoding: FallbackDecoding = { workerSource, createDecoder: createInProcessDecoder };
