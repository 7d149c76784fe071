import type { Profile } from '../pprof';
import type { SourceFrame } from '../runtime';

/** Whether it names any function: addresses alone do not tell what a stack is about. */
export function namesFunctions({ functions, strings }: Profile): boolean {
  return functions.name.some((name) => strings[name]);
}

/** Of a profile of addresses alone. */
export const noFunctionNames =
  'This profile holds addresses but no function names, so map operations cannot be told in it; symbolize it first: go tool pprof -proto -output named.pb.gz PROGRAM PROFILE';

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
