import { hideTypeArguments } from './functionName';

/** One frame of a stack as names; stacks are leaf first. */
export interface SourceFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

const runtimeFunctions: readonly string[] = ['runtime.', 'internal/runtime/', 'reflect.'];

/** The line a stack is about: its first frame from the leaf up outside of the runtime and reflect, null without (facts.md section 3). */
export function siteOf(stack: readonly SourceFrame[]): string | null {
  return firstSite(stack, runtimeFunctions);
}

/** The first frame from the leaf up whose function begins with none of `hidden`. */
export function firstSite(stack: readonly SourceFrame[], hidden: readonly string[]): string | null {
  const frame = stack.find((candidate) => candidate.function !== '' && !hidden.some((prefix) => candidate.function.startsWith(prefix)));
  return frame === undefined ? null : formatSite(frame);
}

/** `function file:line` with the last two parts of the file's path. */
export function formatSite(frame: SourceFrame): string {
  const file = frame.file.split('/').slice(-2).join('/');
  return `${hideTypeArguments(frame.function)} ${file}:${frame.line}`;
}
