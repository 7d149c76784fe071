// Prefix codes of deflate (RFC 1951, section 3.2) as decode tables.
//
// A table is indexed by the next bits of the input, first bit lowest. Where codes are longer than its root has bits, the root's entry leads to a subtable,
// which is indexed by the bits behind the root's. An entry is a u32:
//
// bits 0-5    bits that the symbol takes: code and extra bits; of a link: the root's
// bits 8-13   deadBits + bits of the code alone; of a link: of the subtable's index
// bits 13-15  what kind of entry: `isEnd`, `isLink`, `isException` (set for both, and alone for what stands for no symbol)
// bits 16-30  base of a length or distance, value of a literal; of a link: byte offset of the subtable in the table
// bit 31      `isLiteral`

export const isLiteral: u32 = 0x80000000;
export const isException: u32 = 0x8000;
export const isLink: u32 = 0x4000;
export const isEnd: u32 = 0x2000;

/** Bit buffers of the decode loops keep this many bits below the next ones, so that masking them gives an entry's byte offset. */
export const deadBits: u32 = 2;

export const literalRootBits: u32 = 11;
export const distanceRootBits: u32 = 8;
export const lengthRootBits: u32 = 7;

/** Most entries that root and subtables can have together; zlib's program `enough` counts them: of 288 symbols behind 11 bits, of 32 behind 8. */
export const literalTable: usize = memory.data(2342 * 4, 4);
export const distanceTable: usize = memory.data(402 * 4, 4);
/** For the code of code lengths, which needs no subtables. */
export const lengthTable: usize = memory.data(128 * 4, 4);

const symbolsOfLiterals: u32 = 288;
const symbolsOfDistances: u32 = 32;
const symbolsOfLengths: u32 = 19;

/** Entries of symbols without the bits of their codes. */
const literalSymbols: usize = memory.data(288 * 4, 4);
const distanceSymbols: usize = memory.data(32 * 4, 4);
const lengthSymbols: usize = memory.data(19 * 4, 4);

const longestCode: u32 = 15;
/** How many codes there are of each length. */
const counts: usize = memory.data(16 * 4, 4);
/** Where symbols of each length go in `sorted`. */
const offsets: usize = memory.data(16 * 4, 4);
/** Symbols by length of their code, then by value. */
const sorted: usize = memory.data(288 * 2, 2);

/** Code lengths of a block: of literals and lengths, then of distances. */
export const codeLengths: usize = memory.data(320);

export function initializeSymbols(): void {
  for (let symbol: u32 = 0; symbol < 256; symbol++) {
    store<u32>(literalSymbols + (symbol << 2), isLiteral | (symbol << 16));
  }
  store<u32>(literalSymbols + (256 << 2), isException | isEnd);
  let base: u32 = 3;
  for (let symbol: u32 = 257; symbol < 285; symbol++) {
    const extra: u32 = symbol < 265 ? 0 : (symbol - 261) >>> 2;
    store<u32>(literalSymbols + (symbol << 2), (base << 16) | (deadBits << 8) | extra);
    base += 1 << extra;
  }
  store<u32>(literalSymbols + (285 << 2), (258 << 16) | (deadBits << 8));
  store<u32>(literalSymbols + (286 << 2), isException);
  store<u32>(literalSymbols + (287 << 2), isException);
  base = 1;
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    const extra: u32 = symbol < 4 ? 0 : (symbol - 2) >>> 1;
    store<u32>(distanceSymbols + (symbol << 2), (base << 16) | (deadBits << 8) | extra);
    base += 1 << extra;
  }
  store<u32>(distanceSymbols + (30 << 2), isException);
  store<u32>(distanceSymbols + (31 << 2), isException);
  for (let symbol: u32 = 0; symbol < symbolsOfLengths; symbol++) {
    store<u32>(lengthSymbols + (symbol << 2), symbol << 16);
  }
}

/** The codes of RFC 1951, section 3.2.6. */
export function buildFixedTables(): void {
  memory.fill(codeLengths, 8, 144);
  memory.fill(codeLengths + 144, 9, 112);
  memory.fill(codeLengths + 256, 7, 24);
  memory.fill(codeLengths + 280, 8, 8);
  memory.fill(codeLengths + symbolsOfLiterals, 5, symbolsOfDistances);
  buildLiteralTable(symbolsOfLiterals);
  buildDistanceTable(codeLengths + symbolsOfLiterals, symbolsOfDistances);
}

/** @returns whether the lengths at `codeLengths` make a code that zlib takes, too; likewise below */
export function buildLiteralTable(symbols: u32): bool {
  return buildTable(literalTable, literalRootBits, codeLengths, symbols, literalSymbols);
}

export function buildDistanceTable(lengths: usize, symbols: u32): bool {
  return buildTable(distanceTable, distanceRootBits, lengths, symbols, distanceSymbols);
}

/** Unlike the others, the code of code lengths must be complete even if it has one symbol. */
export function buildLengthTable(): bool {
  return buildTable(lengthTable, lengthRootBits, codeLengths, symbolsOfLengths, lengthSymbols) && load<u32>(lengthTable + 4) != unusedBit;
}

/** The entry of a bit that stands for no symbol. */
const unusedBit: u32 = isException | ((deadBits + 1) << 8) | 1;

function buildTable(table: usize, rootBits: u32, lengths: usize, symbols: u32, symbolEntries: usize): bool {
  const unused = sortSymbols(lengths, symbols);
  if (unused < 0) {
    return false;
  }
  if (unused > 0) {
    return buildIncomplete(table, rootBits, symbolEntries);
  }
  buildComplete(table, rootBits, symbolEntries);
  return true;
}

/** Fills `counts` and `sorted`. @returns how many codes of the greatest length are free: below 0 if there are more codes than can be told apart */
function sortSymbols(lengths: usize, symbols: u32): i32 {
  memory.fill(counts, 0, 16 << 2);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = counts + ((<u32>load<u8>(lengths + symbol)) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  store<u32>(counts, 0);
  let offset: u32 = 0;
  let free: i32 = 1;
  for (let length: u32 = 1; length <= longestCode; length++) {
    const count = load<u32>(counts + (length << 2));
    store<u32>(offsets + (length << 2), offset);
    offset += count;
    free = (free << 1) - <i32>count;
    if (free < 0) {
      return free;
    }
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length != 0) {
      const place = offsets + (length << 2);
      store<u16>(sorted + (load<u32>(place) << 1), <u16>symbol);
      store<u32>(place, load<u32>(place) + 1);
    }
  }
  return free;
}

/** Of the incomplete codes two are allowed: that of no symbol, and that of one symbol with a code of one bit. */
function buildIncomplete(table: usize, rootBits: u32, symbolEntries: usize): bool {
  const ofOneBit = load<u32>(counts + 4);
  for (let length: u32 = 2; length <= longestCode; length++) {
    if (load<u32>(counts + (length << 2)) != 0) {
      return false;
    }
  }
  const first = ofOneBit == 0 ? unusedBit : entryOf(symbolEntries, sorted, 1);
  for (let index: u32 = 0; index < 1 << rootBits; index += 2) {
    store<u32>(table + (index << 2), first);
    store<u32>(table + (index << 2), unusedBit, 4);
  }
  return true;
}

/** Entry of the symbol at `place` in `sorted` with a code, or the rest of one, of `length` bits. */
function entryOf(symbolEntries: usize, place: usize, length: u32): u32 {
  return load<u32>(symbolEntries + ((<u32>load<u16>(place)) << 2)) + (length << 8) + length;
}

/**
 * Codes are dealt out in ascending order; read with their first bit lowest, the next one is found by a carry that runs from the highest bit down. The root
 * is filled for the shortest codes first and doubled whenever they get longer.
 */
function buildComplete(table: usize, rootBits: u32, symbolEntries: usize): void {
  let length: u32 = 0;
  let code: u32 = 0;
  let place = sorted;
  let size: u32 = 1;
  while (length < rootBits) {
    length++;
    if (code != 0) {
      memory.copy(table + (size << 2), table, size << 2);
    }
    size <<= 1;
    for (let left = load<u32>(counts + (length << 2)); left != 0; left--) {
      store<u32>(table + (code << 2), entryOf(symbolEntries, place, length));
      place += 2;
      if (code == size - 1) {
        growRoot(table, size, rootBits);
        return;
      }
      code = nextCode(code, size);
    }
  }
  buildSubtables(table, rootBits, symbolEntries, code, place);
}

/** Doubles a whole table until it has the root's size. */
function growRoot(table: usize, from: u32, rootBits: u32): void {
  for (let size = from; size < 1 << rootBits; size <<= 1) {
    memory.copy(table + (size << 2), table, size << 2);
  }
}

/** @param size 2 to the power of the code's length */
function nextCode(code: u32, size: u32): u32 {
  const carry: u32 = 0x80000000 >>> clz<u32>(code ^ (size - 1));
  return (code & (carry - 1)) | carry;
}

/** Codes longer than the root, from `code` on: those with the same root bits follow each other. */
function buildSubtables(table: usize, rootBits: u32, symbolEntries: usize, code: u32, place: usize): void {
  const rootMask: u32 = (1 << rootBits) - 1;
  let root: u32 = u32.MAX_VALUE;
  let start: u32 = 0;
  let end: u32 = 1 << rootBits;
  let length = rootBits;
  let left: u32 = 0;
  while (true) {
    while (left == 0) {
      length++;
      left = load<u32>(counts + (length << 2));
    }
    if ((code & rootMask) != root) {
      root = code & rootMask;
      start = end;
      const indexBits = subtableBits(length, left, rootBits);
      end = start + (1 << indexBits);
      store<u32>(table + (root << 2), isException | isLink | (start << 18) | ((deadBits + indexBits) << 8) | rootBits);
    }
    const entry = entryOf(symbolEntries, place, length - rootBits);
    place += 2;
    for (let index = start + (code >>> rootBits); index < end; index += 1 << (length - rootBits)) {
      store<u32>(table + (index << 2), entry);
    }
    if (code == (1 << length) - 1) {
      return;
    }
    code = nextCode(code, 1 << length);
    left--;
  }
}

/** Bits that tell the codes of one subtable apart, given its shortest and how many of that length are still to come. */
function subtableBits(length: u32, left: u32, rootBits: u32): u32 {
  let bits = length - rootBits;
  let used = left;
  while (used < 1 << bits) {
    bits++;
    used = (used << 1) + load<u32>(counts + ((rootBits + bits) << 2));
  }
  return bits;
}
