/** Whether the bytes begin with these characters, one byte each. */
export function startsWith(bytes: Uint8Array, magic: string): boolean {
  for (let index = 0; index < magic.length; index++) {
    if (bytes[index] !== magic.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}

/** At most `length` first bytes as characters, one for each byte. */
export function textStart(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, Math.min(length, 4096)));
}
