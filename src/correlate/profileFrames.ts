import type { Profile } from '../pprof';
import type { SourceFrame } from '../runtime';

/** Frames of a stack of a profile, the leaf first; what was inlined has frames of its own. */
export function framesOfProfile({ stacks, locations, functions, strings }: Profile, stack: number): SourceFrame[] {
  const frames: SourceFrame[] = [];
  for (const location of stacks.location.subarray(stacks.locationStart[stack] ?? 0, stacks.locationStart[stack + 1] ?? 0)) {
    for (let line = locations.lineStart[location] ?? 0; line < (locations.lineStart[location + 1] ?? 0); line++) {
      const row = locations.lineFunction[line] ?? 0;
      frames.push({
        function: strings[functions.name[row] ?? 0] ?? '',
        file: strings[functions.file[row] ?? 0] ?? '',
        line: locations.lineNumber[line] ?? 0,
      });
    }
  }
  return frames;
}
