import { gunzipSync } from 'node:zlib';

import { bytes as asBytes, GclensError } from '../../../src/base';
import { gunzip } from '../../../src/capture';
import type { OfficialTools } from '../official';
import { checkProfile } from './profile';
import { demand, readable } from './finding';

const mostBytes = 2 ** 22;

/** Decompresses within a cap, compares with zlib, and opens what came out. @returns what became of it */
export async function checkGzip(bytes: Uint8Array, official: OfficialTools | null): Promise<string> {
  const unzipped = await readable(() => gunzip(bytes, { maxBytes: asBytes(mostBytes) }));
  const expected = zlibContent(bytes);
  if (unzipped instanceof GclensError) {
    demand(expected === null || expected.length > mostBytes, () => `zlib accepts what gclens refuses: ${unzipped.message}`);
  } else {
    demand(unzipped.bytes.length <= mostBytes, () => `${unzipped.bytes.length} bytes past the cap`);
    if (unzipped.damage === null) {
      demand(expected !== null && expected.equals(unzipped.bytes), () => 'zlib refuses what gclens accepts, or other bytes come out');
    }
  }
  return checkProfile(bytes, official);
}

/** Null where zlib refuses. It ignores what follows the last member. */
function zlibContent(bytes: Uint8Array): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: 2 * mostBytes });
  } catch {
    return null;
  }
}
