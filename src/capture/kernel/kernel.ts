// The hot loops of gunzip: inflate and CRC-32.

import { initializeSymbols } from './codes';
import { initializeCrc32 } from './crc32';
import { initializeInflate } from './inflate';

export { crc32 } from './crc32';
export { inflate, inputBytes, inputPosition, inputStart, outputChecksum, outputEnd, outputStart, startMember } from './inflate';

/**
 * Called once after instantiation.
 * @param hasWords whether 64-bit integers are fast here: in WASM they are, in the JavaScript made from it they are not
 */
export function initialize(hasWords: bool): void {
  initializeCrc32(hasWords);
  initializeSymbols();
  initializeInflate(hasWords);
}
