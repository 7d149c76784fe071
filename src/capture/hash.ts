import { sha256 } from '@noble/hashes/sha2.js';

import { breathe, toHex, type WorkOptions } from '../base';
import type { Sha256 } from './capture';

/** What is hashed between two breaths where the browser's own hash is missing. */
const stepBytes = 4 * 2 ** 20;

/**
 * Identity of a capture: sha-256 of its bytes as they are in the file. Browsers offer their own hash only in secure contexts (https, localhost);
 * elsewhere it is computed in steps.
 */
export async function hashCapture(bytes: Uint8Array, options: WorkOptions = {}): Promise<Sha256> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle !== undefined) {
    options.signal?.throwIfAborted();
    return toSha256(new Uint8Array(await subtle.digest('SHA-256', withOwnBuffer(bytes))));
  }
  return hashInSteps(bytes, options);
}

/** The same without the browser's help. */
export async function hashInSteps(bytes: Uint8Array, options: WorkOptions = {}): Promise<Sha256> {
  const hash = sha256.create();
  for (let start = 0; start < bytes.length; start += stepBytes) {
    hash.update(bytes.subarray(start, start + stepBytes));
    options.onProgress?.('hashing', start / bytes.length);
    await breathe(options.signal);
  }
  return toSha256(hash.digest());
}

/** `text` as the identity of a capture if it is one: 64 hex digits. */
export function parseSha256(text: string): Sha256 | undefined {
  return /^[0-9a-f]{64}$/i.test(text) ? (text.toLowerCase() as Sha256) : undefined;
}

function toSha256(digest: Uint8Array): Sha256 {
  return toHex(digest) as Sha256;
}

/** Web Crypto takes no view of a shared buffer. */
function withOwnBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : new Uint8Array(bytes);
}
