// How much a trace can tell of.

import { bytesPerFrame, bytesPerThing, framesOfSmallFile, thingsOfSmallFile } from './shared';

/** As many strings, stacks or goroutines as a file of `fileBytes` can tell of. */
export function mostThings(fileBytes: u32): u32 {
  return (thingsOfSmallFile as u32) + fileBytes / (bytesPerThing as u32);
}

/** As many frames of a pc of their own. */
export function mostFramesOf(fileBytes: u32): u32 {
  return (framesOfSmallFile as u32) + fileBytes / (bytesPerFrame as u32);
}
