import { gunzipSync } from 'node:zlib';

import { bytes as asBytes, GclensError } from '../../../src/base';
import { gunzip, sniffCapture } from '../../../src/capture';
import type { OfficialTools } from '../official';
import { demand, readable } from './finding';
import { checkInflate } from './inflate';
import { checkProfile } from './profile';

const mostBytes = 2 ** 22;

/** Decompresses what begins as gzip does within a cap, compares with zlib, and opens what came out. @returns what became of it */
export async function checkGzip(bytes: Uint8Array, official: OfficialTools | null): Promise<string> {
  if (sniffCapture(bytes).kind === 'gzip') {
    await checkGunzip(bytes);
  }
  checkInflate(bytes.subarray(plainHeaderBytes), mostBytes);
  return checkProfile(bytes, official);
}

async function checkGunzip(bytes: Uint8Array): Promise<void> {
  const unzipped = await readable(() => gunzip(bytes, { maxBytes: asBytes(mostBytes) }));
  const expected = zlibContent(bytes);
  if (unzipped instanceof GclensError) {
    const isExpected = expected === null || expected.length > mostBytes || onlyGoRefuses.test(unzipped.message);
    demand(isExpected, () => `zlib accepts what gclens refuses: ${unzipped.message}`);
  } else {
    demand(unzipped.bytes.length <= mostBytes, () => `${unzipped.bytes.length} bytes past the cap`);
    if (unzipped.damage === null && !hasReservedFlags(bytes)) {
      demand(expected !== null && expected.equals(unzipped.bytes), () => 'zlib refuses what gclens accepts, or other bytes come out');
    }
  }
}

/** Names and comments that Go, and so gclens, refuses and zlib takes. */
const onlyGoRefuses = /a text in a header is longer/;

/** Where the data begin if the header has no optional fields; where it has some, they are as good as any data. */
const plainHeaderBytes = 10;

/** Null where zlib refuses. It ignores what follows the last member. */
function zlibContent(bytes: Uint8Array): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: 2 * mostBytes });
  } catch {
    return null;
  }
}

/** Flags that zlib refuses and Go, and so gclens, does not look at: in any member, since what seems to be one may be. */
function hasReservedFlags(bytes: Uint8Array): boolean {
  return bytes.some((byte, at) => byte === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && (bytes[at + 3] ?? 0) >= 32);
}
