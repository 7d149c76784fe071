import type { StringIndex, Trace } from '../gotrace';
import type { SourceFrame } from './site';

/** The frames of a stack of the trace as names, leaf first; empty for stack 0 and unknown ones. */
export function framesOfStack(trace: Trace, stack: number): SourceFrame[] {
  const { frameStart, frame, frames } = trace.stacks;
  const result: SourceFrame[] = [];
  const end = frameStart[stack + 1] ?? 0;
  for (let k = frameStart[stack] ?? 0; k < end; k++) {
    const row = frame[k] ?? 0;
    result.push({
      function: trace.strings.textOf((frames.function[row] ?? 0) as StringIndex),
      file: trace.strings.textOf((frames.file[row] ?? 0) as StringIndex),
      line: frames.line[row] ?? 0,
    });
  }
  return result;
}
