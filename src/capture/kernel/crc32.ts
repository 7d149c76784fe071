// CRC-32 (RFC 1952, section 8).

const polynomial: u32 = 0xedb88320;
const bytesOfTurn: u32 = 16;
/** One table of 256 for each byte of a turn: `table[k][b]` is the CRC of byte b followed by k zero bytes. */
const tables: usize = memory.data(16 * 256 * 4, 4);

/** Whether 64-bit integers are fast here. */
let hasFastWords: bool = false;

export function initializeCrc32(hasWords: bool): void {
  hasFastWords = hasWords;
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    }
    store<u32>(tables + (byte << 2), crc);
  }
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = load<u32>(tables + (byte << 2));
    for (let k: u32 = 1; k < bytesOfTurn; k++) {
      crc = ofByte(crc & 0xff) ^ (crc >>> 8);
      store<u32>(tables + (k << 10) + (byte << 2), crc);
    }
  }
}

/** Continues `crc` (0 at the start) over the bytes from `start` to `end`. */
export function crc32(crc: u32, start: usize, end: usize): u32 {
  if (hasFastWords && end - start > 4 * folding) {
    return ~foldWords(~crc, start, end);
  }
  return ~readBytes(~crc, start, end);
}

/** The register (all ones at the start) after the bytes, by tables. */
function readBytes(register: u32, start: usize, end: usize): u32 {
  let value = register;
  let at = start;
  // The fallback reads words only where they are aligned.
  while (at < end && (at & 3) != 0) {
    value = ofByte((value ^ load<u8>(at)) & 0xff) ^ (value >>> 8);
    at++;
  }
  while (at + bytesOfTurn <= end) {
    value = ofWord(0, load<u32>(at, 12)) ^ ofWord(4, load<u32>(at, 8)) ^ ofWord(8, load<u32>(at, 4)) ^ ofWord(12, load<u32>(at) ^ value);
    at += bytesOfTurn;
  }
  while (at < end) {
    value = ofByte((value ^ load<u8>(at)) & 0xff) ^ (value >>> 8);
    at++;
  }
  return value;
}

function ofByte(byte: u32): u32 {
  return load<u32>(tables + (byte << 2));
}

/** CRC of four bytes followed by `zeros` zero bytes. */
function ofWord(zeros: u32, word: u32): u32 {
  return (
    entry(zeros + 3, word & 0xff) ^
    entry(zeros + 2, (word >>> 8) & 0xff) ^
    entry(zeros + 1, (word >>> 16) & 0xff) ^
    entry(zeros, word >>> 24)
  );
}

function entry(k: u32, byte: u32): u32 {
  return load<u32>(tables + (k << 10) + (byte << 2));
}

// x^203 + x^186 + x^123 + x^85 + x^79 + 1 is a multiple of the polynomial, and so is its 64th power, which has the same terms in 64-bit words instead of bits:
// the remainder stays the same when a word is taken away and added 17, 80, 118, 124 and 203 words further on. So all words but the last 203 become zero, at
// one load, exclusive-or and store for each term, and only those last ones need the tables.

/** Bytes of 203 words: how far words are carried. */
const folding: u32 = 203 * 8;
const bytesOfBlock: u32 = 1 << 13;
/** The 203 words before a block, as they were when they were taken away, then those of the block. */
const folded: usize = memory.data(203 * 8 + (1 << 13), 8);

/** The same as `readBytes`, for more than twice `folding` bytes. */
function foldWords(register: u32, start: usize, end: usize): u32 {
  memory.fill(folded, 0, folding);
  // This one is added to the first word alone.
  store<u32>(folded, register);
  // An even number of words.
  const lastWords = start + ((end - start - folding) & ~15);
  let at = start;
  while (at < lastWords) {
    const blockEnd = min(at + bytesOfBlock, lastWords);
    let to = folded;
    while (at < blockEnd) {
      store<u64>(to, foldedWord(at, to), folding);
      store<u64>(to + 8, foldedWord(at + 8, to + 8), folding);
      at += 16;
      to += 16;
    }
    memory.copy(folded, to, folding);
  }
  // The last words take what was carried to them, and carry nothing on.
  memory.fill(folded + folding, 0, folding);
  for (let to = folded; to < folded + folding; to += 8) {
    store<u64>(to, foldedWord(at, to));
    at += 8;
  }
  return readBytes(readBytes(0, folded, folded + folding), at, end);
}

/** The word at `from`, and what the words before it carry to it. `history` is where the word 203 before it is kept. */
function foldedWord(from: usize, history: usize): u64 {
  return (
    load<u64>(from, 0, 1) ^
    load<u64>(history) ^
    load<u64>(history, 79 * 8) ^
    load<u64>(history, 85 * 8) ^
    load<u64>(history, 123 * 8) ^
    load<u64>(history, 186 * 8)
  );
}
