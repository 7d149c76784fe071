import { GclensError } from '../base';

/** Versions the official reader knows; Go 1.12 to 1.18 write 1.11, 1.20 writes 1.19, 1.24 writes 1.23, 1.27 writes 1.26. */
const versions = [11, 19, 21, 22, 23, 25, 26];
/** First version of format v2. */
export const firstVersionOfV2 = 22;

const oldestVersion = 11;
const adviceForOld =
  'gclens reads the formats of Go 1.11 to 1.27; record the trace with one of these, or read it with go tool trace of Go 1.21';

export const headerBytes = 16;

/**
 * Minor Go version of a trace from its 16 byte header `go 1.NN trace` and three NULs.
 * @throws GclensError when there is no such header, or its version cannot be read
 */
export function readHeader(bytes: Uint8Array): number {
  const text = String.fromCharCode(...bytes.subarray(0, headerBytes));
  const match = /^go 1\.(\d+) trace\0\0\0/.exec(text);
  if (match === null) {
    throw new GclensError('bad file format: not a Go execution trace?', { offset: 0, advice: 'give a file written by runtime/trace' });
  }
  const version = Number(match[1]);
  if (!versions.includes(version)) {
    throw new GclensError(`unknown or unsupported trace version go 1.${String(version)}`, {
      offset: 0,
      advice: version < oldestVersion ? adviceForOld : 'gclens reads the formats of Go 1.11 to 1.27; a newer one cannot be guessed',
    });
  }
  return version;
}
