import type { Decoder } from './decoder';
import { DecodeService } from './decodeService';

/** A decoder on the calling thread: for the command line, for tests, and for pages whose CSP forbids workers. */
export function createInProcessDecoder(): Decoder {
  return new DecodeService();
}
