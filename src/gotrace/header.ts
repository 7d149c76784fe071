import { GclensError } from '../base';

/** Versions the official reader knows; Go 1.24 writes 1.23, Go 1.27 writes 1.26. */
const v2Versions = [22, 23, 25, 26];
const v1Versions = [11, 19, 21];

export const headerBytes = 16;

/**
 * Minor Go version of a trace of format v2 from its 16 byte header `go 1.NN trace` and three NULs.
 * @throws GclensError when there is no such header, or its version cannot be read
 */
export function readHeader(bytes: Uint8Array): number {
  const text = String.fromCharCode(...bytes.subarray(0, headerBytes));
  const match = /^go 1\.(\d+) trace\0\0\0/.exec(text);
  if (match === null) {
    throw new GclensError('bad file format: not a Go execution trace?', { offset: 0, advice: 'give a file written by runtime/trace' });
  }
  const version = Number(match[1]);
  if (v1Versions.includes(version)) {
    throw new GclensError(`execution traces of format v1 (header go 1.${String(version)}, Go 1.11 to 1.21) are not read yet`, {
      offset: 0,
      advice: 'record the trace with Go 1.22 or newer, or read it with go tool trace',
    });
  }
  if (!v2Versions.includes(version)) {
    throw new GclensError(`unknown or unsupported trace version go 1.${String(version)}`, {
      offset: 0,
      advice: 'gclens reads the formats of Go 1.22 to 1.27; a newer one cannot be guessed',
    });
  }
  return version;
}
