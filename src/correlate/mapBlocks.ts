/** Sizes of the blocks that Go's allocator hands out (internal/runtime/gc/sizeclasses.go, the same from Go 1.16 to 1.27). */
const sizeClasses: readonly number[] = [
  8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512, 576, 640, 704,
  768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472,
  9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
];
const pageBytes = 8192;
/** Entries of a table that is not split yet, and of a group of them. */
const tableSlots = 1024;
const groupSlots = 8;
/** A key and a value beyond 128 bytes are kept behind pointers. */
const mostSlotBytes = 256;

/** What the allocator hands out for `bytes`. */
function blockOf(bytes: number): number {
  const largestClass = sizeClasses.at(-1) ?? 0;
  // Blocks with pointers beyond 512 bytes have a header of 8.
  return bytes <= largestClass ? (sizeClasses.find((size) => size >= bytes) ?? bytes) : Math.ceil(bytes / pageBytes) * pageBytes;
}

/** By the block of a full table of a Swiss map: bytes of an entry, a key and its value. */
const slotOfTable = new Map<number, number>();
for (let slotBytes = mostSlotBytes; slotBytes >= groupSlots; slotBytes -= groupSlots) {
  slotOfTable.set(blockOf((tableSlots / groupSlots) * (groupSlots + groupSlots * slotBytes)), slotBytes);
}

/**
 * Bytes of an entry of the Swiss map that blocks of these sizes are tables of: the largest is a full table, and another is one that is half or a quarter full,
 * or there is no other. Null where they are not. Only a hint: a slice can have these sizes too. Blocks of a power of two, as buffers have them, are none.
 * @param blockBytes rising
 */
export function mapSlotBytes(blockBytes: readonly number[]): number | null {
  const largest = blockBytes.at(-1) ?? 0;
  const slotBytes = slotOfTable.get(largest);
  if (slotBytes === undefined || Number.isInteger(Math.log2(largest))) {
    return null;
  }
  const tables = new Set([1, 2, 4, 8, 16, 32, 64].map((groups) => blockOf(groups * (groupSlots + groupSlots * slotBytes))));
  const large = blockBytes.filter((size) => size >= 2048 && size < largest);
  // Beyond the size classes blocks are whole pages: nearly every size is that of some table, so one alone says nothing.
  const isTold = largest <= (sizeClasses.at(-1) ?? 0) || large.length > 0;
  return isTold && large.every((size) => tables.has(size)) ? slotBytes : null;
}
