import type { Trace } from '../gotrace';
import type { Profile } from '../pprof';
import { framesOfStack } from '../runtime';

/** Label values of the profile samples of one stack, with how many carry each. */
interface StackEntry {
  samples: number;
  readonly counts: Map<string, Map<string, number>>;
}

/** Ends every stack of a goroutine in a trace; profiles leave it out. */
const bottomFunction = 'runtime.goexit';

/**
 * Labels of the trace's CPU samples, which the trace itself does not keep. The runtime hands each sample to the trace and to the CPU profile alike, so samples
 * of one stack are the same ones; where all of them in the profile agree on a label, those in the trace have it.
 */
export class StackLabels {
  private readonly entries = new Map<string, StackEntry>();
  private readonly entryOfStack = new Map<number, StackEntry | undefined>();

  constructor(
    private readonly trace: Trace,
    profile: Profile,
  ) {
    const keyOf = sampleKeys(profile);
    for (let sample = 0; sample < profile.samples.length; sample++) {
      const key = keyOf(sample);
      const entry = this.entries.get(key) ?? { samples: 0, counts: new Map<string, Map<string, number>>() };
      this.entries.set(key, entry);
      entry.samples++;
      countLabels(profile, sample, entry);
    }
  }

  /** The value that all samples of a stack of the trace carry; undefined where they do not agree, or the profile does not have the stack. */
  valueOf(stack: number, name: string): string | undefined {
    if (!this.entryOfStack.has(stack)) {
      this.entryOfStack.set(stack, this.entries.get(this.stackKey(stack)));
    }
    const entry = this.entryOfStack.get(stack);
    return [...(entry?.counts.get(name) ?? [])].find(([, count]) => count === entry?.samples)?.[0];
  }

  private stackKey(stack: number): string {
    const frames = framesOfStack(this.trace, stack).filter((frame) => frame.function !== bottomFunction);
    return frames.map((frame) => `${frame.function}:${frame.line}`).join('\n');
  }
}

/** Functions and lines of a sample's stack, inlined ones too. */
function sampleKeys({ samples, stacks, locations, functions, strings }: Profile): (sample: number) => string {
  const linesOf = Array.from({ length: locations.length }, (_, location) => {
    const lines: string[] = [];
    for (let line = locations.lineStart[location] ?? 0; line < (locations.lineStart[location + 1] ?? 0); line++) {
      const name = strings[functions.name[locations.lineFunction[line] ?? 0] ?? 0] ?? '';
      if (name !== bottomFunction) {
        lines.push(`${name}:${locations.lineNumber[line] ?? 0}`);
      }
    }
    return lines;
  });
  return (sample) => {
    const stack = samples.stack[sample] ?? 0;
    const [start, end] = [stacks.locationStart[stack] ?? 0, stacks.locationStart[stack + 1] ?? 0];
    return Array.from(stacks.location.subarray(start, end), (location) => linesOf[location] ?? [])
      .flat()
      .join('\n');
  };
}

function countLabels({ samples, labels, strings }: Profile, sample: number, { counts }: StackEntry): void {
  for (let label = samples.labelStart[sample] ?? 0; label < (samples.labelStart[sample + 1] ?? 0); label++) {
    const number = labels.number[label] ?? NaN;
    const value = Number.isNaN(number) ? (strings[labels.text[label] ?? 0] ?? '') : String(number);
    const name = strings[labels.key[label] ?? 0] ?? '';
    const values = counts.get(name) ?? new Map<string, number>();
    counts.set(name, values.set(value, (values.get(value) ?? 0) + 1));
  }
}
