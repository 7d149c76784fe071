import { bytesPerFrame, bytesPerThing, framesOfSmallFile, thingsOfSmallFile } from './kernel/shared';

/** What a trace has too many of to be one of a program: words for both formats. */
export const excess = {
  strings: 'there are more strings than a trace of this size can tell of',
  stacks: 'there are more stacks than a trace of this size can tell of',
  frames: 'the stacks of this trace have more frames of their own than any program',
  goroutines: 'there are more goroutines than a trace of this size can tell of',
} as const;

/** As many strings, stacks or goroutines as a file can tell of. */
export function mostThings(fileBytes: number): number {
  return thingsOfSmallFile + Math.floor(fileBytes / bytesPerThing);
}

/** As many frames of a pc of their own. */
export function mostFramesOf(fileBytes: number): number {
  return framesOfSmallFile + Math.floor(fileBytes / bytesPerFrame);
}
