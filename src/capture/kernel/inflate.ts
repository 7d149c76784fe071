// Inflate (RFC 1951) in steps. Input and output pass through windows of this memory: the caller fills the one and empties the other, so that a file of any
// size needs the same memory, which stays in the cache. Refuses what zlib refuses, after the same output.

import { crc32 } from './crc32';
import {
  buildDistanceTable,
  buildFixedTables,
  buildLengthTable,
  buildLiteralTable,
  codeLengths,
  deadBits,
  distanceRootBits,
  distanceTable,
  isEnd,
  isException,
  isLink,
  lengthRootBits,
  lengthTable,
  literalRootBits,
  literalTable,
} from './codes';

/** How a step ended. What is above `finished` is wrong with the data; the words for it are in inflater.ts. */
const outputFull: i32 = 0;
const inputUsed: i32 = 1;
const finished: i32 = 2;
const unknownBlockType: i32 = 3;
const wrongStoredLength: i32 = 4;
const tooManySymbols: i32 = 5;
const badLengthCode: i32 = 6;
const badRepeat: i32 = 7;
const noEndOfBlock: i32 = 8;
const badLiteralCode: i32 = 9;
const badDistanceCode: i32 = 10;
const unknownLiteral: i32 = 11;
const unknownDistance: i32 = 12;
const tooFarBack: i32 = 13;
/** Of the decode loops alone. */
const endOfBlock: i32 = -1;

const inputCapacity: i32 = 1 << 16;
const farthest: i32 = 1 << 15;
const longestMatch: i32 = 258;
/** New output of a step at most, but for what the last match of it adds. */
const stepBytes: i32 = 3 << 16;
/** The fast loop copies matches in words and so writes behind their end. */
const overshoot: i32 = 24;

const inputWindow: usize = memory.data(inputCapacity, 16);
const outputWindow: usize = memory.data(farthest + stepBytes + longestMatch + overshoot, 16);
const outputLimit: usize = outputWindow + farthest + stepBytes;

/** Longest header of a block: 14 bits, 19 code lengths of 3, 316 of 7; and its type. */
const longestHeader: u32 = 288;
/** Bytes that one turn of the fast loop may read. */
const turnInput: u32 = 32;

const literalMask: u32 = ((1 << literalRootBits) - 1) << deadBits;
const distanceMask: u32 = ((1 << distanceRootBits) - 1) << deadBits;
const deadMask: u32 = (1 << deadBits) - 1;

/** What comes next. */
const nextIsHeader: i32 = 0;
const nextIsStored: i32 = 1;
const nextIsSymbol: i32 = 2;

let useWords: bool = false;
let next: i32 = nextIsHeader;
let isLastBlock: bool = false;
let storedLeft: u32 = 0;
let at: usize = inputWindow;
let inputEnd: usize = inputWindow;
/** Bits of the byte before `at` that were not used yet: between steps fewer than 8. */
let bits: u32 = 0;
let bitCount: u32 = 0;
let out: usize = outputWindow;
let stepStart: usize = outputWindow;
/** Matches may not reach before it. */
let memberStart: usize = outputWindow;
let checksum: u32 = 0;

/** @param hasWords whether 64-bit integers are fast here: in WASM they are, in the JavaScript made from it they are not */
export function initializeInflate(hasWords: bool): void {
  useWords = hasWords;
}

/** Where input goes. */
export function inputStart(): usize {
  return inputWindow;
}

/** How much of it has room. */
export function inputBytes(): u32 {
  return inputCapacity;
}

/** What the last step put out: from here to `outputEnd`. */
export function outputStart(): usize {
  return stepStart;
}

export function outputEnd(): usize {
  return out;
}

/** Up to where the last step used its input; after `finished`, the byte behind the data. */
export function inputPosition(): usize {
  return at;
}

/** CRC-32 of the output since `startMember`. */
export function outputChecksum(): u32 {
  return checksum;
}

/** Begins with other data. */
export function startMember(): void {
  next = nextIsHeader;
  isLastBlock = false;
  bits = 0;
  bitCount = 0;
  memberStart = out;
  checksum = 0;
}

/**
 * Goes on, with the input that follows what was used up to now, to an end of the input or the output window.
 * @param start where in the input window that input begins
 * @param end where it ends
 * @param isLastInput whether nothing follows it: `inputUsed` then means that the data end before their end
 * @returns how it ended
 */
export function inflate(start: usize, end: usize, isLastInput: bool): i32 {
  at = start;
  inputEnd = end;
  makeRoom();
  stepStart = out;
  const outcome = decodeBlocks(isLastInput);
  returnWholeBytes();
  checksum = crc32(checksum, stepStart, out);
  return outcome;
}

/** Keeps of the output window what matches may reach. */
function makeRoom(): void {
  if (out >= outputLimit) {
    const kept = out - farthest;
    memory.copy(outputWindow, kept, farthest);
    out = outputWindow + farthest;
    memberStart = memberStart > kept ? memberStart - kept + outputWindow : outputWindow;
  }
}

function decodeBlocks(isLastInput: bool): i32 {
  while (true) {
    if (next == nextIsHeader) {
      if (isLastBlock) {
        return finished;
      }
      if (!isLastInput && inputEnd - at < longestHeader) {
        return inputUsed;
      }
      const outcome = readHeader();
      if (outcome != endOfBlock) {
        return outcome;
      }
    }
    const outcome = next == nextIsStored ? copyStored() : decodeSymbols();
    if (outcome != endOfBlock) {
      return outcome;
    }
    next = nextIsHeader;
  }
}

/** @returns `endOfBlock` where the header was read */
function readHeader(): i32 {
  if (!need(3)) {
    return inputUsed;
  }
  isLastBlock = take(1) != 0;
  switch (take(2)) {
    case 0:
      return readStoredHeader();
    case 1:
      buildFixedTables();
      next = nextIsSymbol;
      return endOfBlock;
    case 2:
      return readDynamicHeader();
    default:
      return unknownBlockType;
  }
}

function readStoredHeader(): i32 {
  returnWholeBytes();
  bits = 0;
  bitCount = 0;
  if (!need(32)) {
    return inputUsed;
  }
  const length = take(16);
  if (length != (take(16) ^ 0xffff)) {
    return wrongStoredLength;
  }
  storedLeft = length;
  next = nextIsStored;
  return endOfBlock;
}

function readDynamicHeader(): i32 {
  if (!need(14)) {
    return inputUsed;
  }
  const literals = take(5) + 257;
  const distances = take(5) + 1;
  const lengths = take(4) + 4;
  if (literals > 286 || distances > 30) {
    return tooManySymbols;
  }
  if (!readLengthCode(lengths)) {
    return inputUsed;
  }
  if (!buildLengthTable()) {
    return badLengthCode;
  }
  const outcome = readCodeLengths(literals + distances);
  if (outcome != endOfBlock) {
    return outcome;
  }
  if (load<u8>(codeLengths + 256) == 0) {
    return noEndOfBlock;
  }
  if (!buildLiteralTable(literals)) {
    return badLiteralCode;
  }
  if (!buildDistanceTable(codeLengths + literals, distances)) {
    return badDistanceCode;
  }
  next = nextIsSymbol;
  return endOfBlock;
}

/** The order of RFC 1951, section 3.2.7. */
const lengthOrder: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

function readLengthCode(lengths: u32): bool {
  memory.fill(codeLengths, 0, 19);
  for (let index: u32 = 0; index < lengths; index++) {
    if (!need(3)) {
      return false;
    }
    store<u8>(codeLengths + load<u8>(lengthOrder + index), <u8>take(3));
  }
  return true;
}

function readCodeLengths(count: u32): i32 {
  let index: u32 = 0;
  while (index < count) {
    need(14);
    const entry = load<u32>(lengthTable + ((bits & ((1 << lengthRootBits) - 1)) << 2));
    const symbol = entry >>> 16;
    const extraBits: u32 = symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
    if ((entry & 63) + extraBits > bitCount) {
      return inputUsed;
    }
    take(entry & 63);
    if (symbol < 16) {
      store<u8>(codeLengths + index, <u8>symbol);
      index++;
      continue;
    }
    if (symbol == 16 && index == 0) {
      return badRepeat;
    }
    const repeats = take(extraBits) + (symbol == 18 ? 11 : 3);
    if (repeats > count - index) {
      return badRepeat;
    }
    memory.fill(codeLengths + index, symbol == 16 ? load<u8>(codeLengths + index - 1) : 0, repeats);
    index += repeats;
  }
  return endOfBlock;
}

function copyStored(): i32 {
  const length = min<u32>(storedLeft, min<u32>(<u32>(inputEnd - at), <u32>(outputLimit - out)));
  memory.copy(out, at, length);
  at += length;
  out += length;
  storedLeft -= length;
  return storedLeft == 0 ? endOfBlock : out >= outputLimit ? outputFull : inputUsed;
}

function decodeSymbols(): i32 {
  if (useWords) {
    const outcome = decodeInWords();
    if (outcome != inputUsed) {
      return outcome;
    }
  }
  return decodeToTheEnd();
}

/** Fills `bits` to `count` (32 at most) of them, if the input has as many. */
function need(count: u32): bool {
  while (bitCount < count && at < inputEnd) {
    bits |= (<u32>load<u8>(at)) << bitCount;
    at++;
    bitCount += 8;
  }
  return bitCount >= count;
}

/** Takes up to 16 bits that are there. */
function take(count: u32): u32 {
  const value = bits & ((1 << count) - 1);
  bits >>>= count;
  bitCount -= count;
  return value;
}

function returnWholeBytes(): void {
  at -= bitCount >>> 3;
  bitCount &= 7;
  bits &= (1 << bitCount) - 1;
}

/**
 * The hot loop where 64-bit integers are native. It fills its bit buffer to 56 bits or more from eight bytes at once, whatever of them it has read before:
 * the bits above `count` are those of the input already, so setting them again changes nothing. Only the low six bits of `count` are kept right.
 *
 * It ends before the input and output windows do, so that none of its reads and writes needs a check.
 */
function decodeInWords(): i32 {
  if (inputEnd - at < turnInput) {
    return inputUsed;
  }
  const inputLimit = inputEnd - turnInput;
  const farthestBack = memberStart;
  let source = at;
  let target = out;
  let buffer: u64 = ((<u64>bits) << deadBits) | (load<u64>(source, 0, 1) << (bitCount + deadBits));
  let count = bitCount + deadBits;
  source += (~count >>> 3) & 7;
  count |= 56;
  let entry = load<u32>((<u32>buffer) & literalMask, literalTable);
  let outcome = inputUsed;
  while (source <= inputLimit) {
    if (target >= outputLimit) {
      outcome = outputFull;
      break;
    }
    // Up to three literals with codes of the root, 33 bits, before the buffer is filled again.
    if (<i32>entry < 0) {
      buffer >>= entry;
      count -= entry;
      store<u8>(target++, entry >>> 16);
      entry = load<u32>((<u32>buffer) & literalMask, literalTable);
      if (<i32>entry < 0) {
        buffer >>= entry;
        count -= entry;
        store<u8>(target++, entry >>> 16);
        entry = load<u32>((<u32>buffer) & literalMask, literalTable);
        if (<i32>entry < 0) {
          buffer >>= entry;
          count -= entry;
          store<u8>(target++, entry >>> 16);
          entry = load<u32>((<u32>buffer) & literalMask, literalTable);
          buffer |= load<u64>(source, 0, 1) << count;
          source += (~count >>> 3) & 7;
          count |= 56;
          continue;
        }
      }
      buffer |= load<u64>(source, 0, 1) << count;
      source += (~count >>> 3) & 7;
      count |= 56;
    }
    if (entry & isException) {
      if (entry & isLink) {
        buffer >>= entry;
        count -= entry;
        entry = load<u32>((entry >>> 16) + ((<u32>buffer) & ((1 << (entry >>> 8)) - 1) & ~deadMask), literalTable);
        if (<i32>entry < 0) {
          buffer >>= entry;
          count -= entry;
          store<u8>(target++, entry >>> 16);
          buffer |= load<u64>(source, 0, 1) << count;
          source += (~count >>> 3) & 7;
          count |= 56;
          entry = load<u32>((<u32>buffer) & literalMask, literalTable);
          continue;
        }
      }
      if (entry & isException) {
        buffer >>= entry;
        count -= entry;
        outcome = entry & isEnd ? endOfBlock : unknownLiteral;
        break;
      }
    }
    // A length and a distance, 48 bits at most.
    const length = (entry >>> 16) + <u32>((buffer & (((1 << deadBits) << (<u64>entry)) - 1)) >> (entry >>> 8));
    buffer >>= entry;
    count -= entry;
    entry = load<u32>((<u32>buffer) & distanceMask, distanceTable);
    if (entry & isException) {
      if (entry & isLink) {
        buffer >>= entry;
        count -= entry;
        entry = load<u32>((entry >>> 16) + ((<u32>buffer) & ((1 << (entry >>> 8)) - 1) & ~deadMask), distanceTable);
      }
      if (entry & isException) {
        outcome = unknownDistance;
        break;
      }
    }
    const distance = (entry >>> 16) + <u32>((buffer & (((1 << deadBits) << (<u64>entry)) - 1)) >> (entry >>> 8));
    buffer >>= entry;
    count -= entry;
    if (distance > target - farthestBack) {
      outcome = tooFarBack;
      break;
    }
    entry = load<u32>((<u32>buffer) & literalMask, literalTable);
    buffer |= load<u64>(source, 0, 1) << count;
    source += (~count >>> 3) & 7;
    count |= 56;
    copyInWords(target, distance, target + length);
    target += length;
  }
  count = (count & 63) - deadBits;
  at = source - (count >>> 3);
  bitCount = count & 7;
  bits = (<u32>(buffer >> deadBits)) & ((1 << bitCount) - 1);
  out = target;
  return outcome;
}

/** Copies to `target` what is `distance` bytes before it; may write up to 15 bytes behind `end`. */
function copyInWords(target: usize, distance: u32, end: usize): void {
  let from = target - distance;
  let to = target;
  if (distance >= 8) {
    store<u64>(to, load<u64>(from, 0, 1), 0, 1);
    store<u64>(to, load<u64>(from, 8, 1), 8, 1);
    to += 16;
    from += 16;
    while (to < end) {
      store<u64>(to, load<u64>(from, 0, 1), 0, 1);
      to += 8;
      from += 8;
    }
  } else if (distance == 1) {
    const half = <u32>load<u8>(from) * 0x01010101;
    const word = ((<u64>half) << 32) | half;
    do {
      store<u64>(to, word, 0, 1);
      to += 8;
    } while (to < end);
  } else {
    copyBytes(to, from, end);
  }
}

function copyBytes(target: usize, source: usize, end: usize): void {
  let to = target;
  let from = source;
  do {
    store<u8>(to++, load<u8>(from++));
  } while (to < end);
}

/**
 * The same in 32 bits and with every check: for the last bytes of the input, and for all of it where 64-bit integers are slow. A symbol that the input does
 * not hold whole is left for the next step.
 */
function decodeToTheEnd(): i32 {
  const end = inputEnd;
  const farthestBack = memberStart;
  let source = at;
  let target = out;
  let buffer = bits << deadBits;
  let count = bitCount + deadBits;
  // Where the symbol that is being read begins.
  let symbolSource: usize;
  let symbolBuffer: u32;
  let symbolCount: u32;
  let outcome = inputUsed;
  while (true) {
    while (count <= 24 && source < end) {
      buffer |= (<u32>load<u8>(source++)) << count;
      count += 8;
    }
    symbolSource = source;
    symbolBuffer = buffer;
    symbolCount = count;
    if (target >= outputLimit) {
      outcome = outputFull;
      break;
    }
    let entry = load<u32>(buffer & literalMask, literalTable);
    if (entry & isLink && (entry & 63) + deadBits <= count) {
      buffer >>>= entry & 63;
      count -= entry & 63;
      entry = load<u32>((entry >>> 16) + (buffer & ((1 << (entry >>> 8)) - 1) & ~deadMask), literalTable);
    }
    if ((entry & 63) + deadBits > count) {
      break;
    }
    if (<i32>entry < 0) {
      buffer >>>= entry & 63;
      count -= entry & 63;
      store<u8>(target++, entry >>> 16);
      continue;
    }
    if (entry & isException) {
      symbolBuffer = buffer >>> (entry & 63);
      symbolCount = count - (entry & 63);
      outcome = entry & isEnd ? endOfBlock : unknownLiteral;
      break;
    }
    const length = (entry >>> 16) + ((buffer & (((1 << deadBits) << (entry & 63)) - 1)) >>> ((entry >>> 8) & 31));
    buffer >>>= entry & 63;
    count -= entry & 63;
    while (count <= 24 && source < end) {
      buffer |= (<u32>load<u8>(source++)) << count;
      count += 8;
    }
    entry = load<u32>(buffer & distanceMask, distanceTable);
    if (entry & isLink && (entry & 63) + deadBits <= count) {
      buffer >>>= entry & 63;
      count -= entry & 63;
      while (count <= 24 && source < end) {
        buffer |= (<u32>load<u8>(source++)) << count;
        count += 8;
      }
      entry = load<u32>((entry >>> 16) + (buffer & ((1 << (entry >>> 8)) - 1) & ~deadMask), distanceTable);
    }
    if ((entry & 63) + deadBits > count) {
      break;
    }
    if (entry & isException) {
      outcome = unknownDistance;
      break;
    }
    const distance = (entry >>> 16) + ((buffer & (((1 << deadBits) << (entry & 63)) - 1)) >>> ((entry >>> 8) & 31));
    if (distance > target - farthestBack) {
      outcome = tooFarBack;
      break;
    }
    buffer >>>= entry & 63;
    count -= entry & 63;
    copyBytes(target, target - distance, target + length);
    target += length;
  }
  at = symbolSource;
  bits = symbolBuffer >>> deadBits;
  bitCount = symbolCount - deadBits;
  out = target;
  return outcome;
}
