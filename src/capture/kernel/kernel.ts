// The hot loops of gunzip: CRC-32 (RFC 1952, section 8).

const polynomial: u32 = 0xedb88320;
/** 8 tables of 256: `table[k][b]` is the CRC of byte b followed by k zero bytes. */
const tables: usize = memory.data(8 * 256 * 4);

/** Fills the tables; called once after instantiation. */
export function initialize(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    }
    store<u32>(tables + (byte << 2), crc);
  }
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = load<u32>(tables + (byte << 2));
    for (let k: u32 = 1; k < 8; k++) {
      crc = load<u32>(tables + ((crc & 0xff) << 2)) ^ (crc >>> 8);
      store<u32>(tables + (k << 10) + (byte << 2), crc);
    }
  }
}

/** Continues `crc` (0 at the start) over the bytes at `start` up to `end`. */
export function crc32(crc: u32, start: usize, end: usize): u32 {
  let value = ~crc;
  let at = start;
  while (at + 8 <= end) {
    const low = load<u32>(at) ^ value;
    const high = load<u32>(at + 4);
    value =
      entry(7, low & 0xff) ^
      entry(6, (low >>> 8) & 0xff) ^
      entry(5, (low >>> 16) & 0xff) ^
      entry(4, low >>> 24) ^
      entry(3, high & 0xff) ^
      entry(2, (high >>> 8) & 0xff) ^
      entry(1, (high >>> 16) & 0xff) ^
      entry(0, high >>> 24);
    at += 8;
  }
  while (at < end) {
    value = entry(0, (value ^ load<u8>(at)) & 0xff) ^ (value >>> 8);
    at++;
  }
  return ~value;
}

function entry(k: u32, byte: u32): u32 {
  return load<u32>(tables + (k << 10) + (byte << 2));
}
