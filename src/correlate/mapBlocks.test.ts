import { mapSlotBytes } from './mapBlocks';

describe('mapSlotBytes', () => {
  it.each([
    // As recorded with Go 1.26: map[string]*T, map[int][4]int, map[int]bool, map[uint64]*T.
    [[27264], 24],
    [[32, 352, 21760, 49152], 40],
    [[32, 288, 1152, 2304, 4864, 9472, 18432], 16],
    [[16, 64, 576, 18432], 16],
  ])('blocks of %j are tables with entries of %d bytes', (blocks, slot) => {
    expect(mapSlotBytes(blocks)).toBe(slot);
  });

  it.each([
    // Slices that grow by append, buffers, one large block alone, none.
    [[57344, 81920, 106496, 139264, 180224]],
    [[4096, 8192, 65536]],
    [[98304]],
    [[]],
    [[80]],
  ])('blocks of %j are none', (blocks) => {
    expect(mapSlotBytes(blocks)).toBeNull();
  });
});
