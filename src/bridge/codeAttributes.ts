import type { Attributes } from '@opentelemetry/api';

import type { Trace } from '../gotrace';
import { formatSite, framesOfStack, mapWorkSite, siteOf, type SourceFrame } from '../runtime';

/** The line a stack is about in the words of the stable semantic conventions (https://opentelemetry.io/docs/specs/semconv/registry/attributes/code/). */
export function codeOfStack(trace: Trace, stack: number): Attributes {
  const frames = framesOfStack(trace, stack);
  return codeOfSite(frames, siteOf(frames));
}

/** The line that asked for the map work whose region or log has this stack. */
export function codeOfMapWork(trace: Trace, stack: number): Attributes {
  const frames = framesOfStack(trace, stack);
  return codeOfSite(frames, mapWorkSite(frames));
}

/** The same for a line that is already known as `function file:line`. */
export function codeOfSample(trace: Trace, stack: number, site: string | undefined): Attributes {
  return codeOfSite(framesOfStack(trace, stack), site ?? null);
}

function codeOfSite(frames: readonly SourceFrame[], site: string | null): Attributes {
  const frame = site === null ? undefined : frames.find((candidate) => formatSite(candidate) === site);
  if (frame === undefined) {
    return {};
  }
  return {
    'code.function.name': frame.function,
    ...(frame.file === '' ? {} : { 'code.file.path': frame.file }),
    ...(frame.line > 0 ? { 'code.line.number': frame.line } : {}),
  };
}
