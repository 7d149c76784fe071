import type { StringIndex, Trace } from '../gotrace';
import type { Profile } from '../pprof';
import { printedName } from './printedName';

/** The runtime's own first frame: profiles have it, traces of some versions do not. */
const bottomFrame = 'runtime.goexit';

/** Numbers stacks of traces and profiles alike: equal functions and lines, equal number. */
export class SampleStacks {
  private readonly numbers = new Map<string, number>();

  /** @returns by StackIndex; stacks are numbered when asked for */
  ofTrace({ stacks, strings }: Trace): (stack: number) => number {
    const { frameStart, frame, frames } = stacks;
    const frameKeys = new Map<number, string>();
    const keyOf = (row: number): string => {
      let key = frameKeys.get(row);
      if (key === undefined) {
        key = frameKey(strings.textOf((frames.function[row] ?? 0) as StringIndex), frames.line[row] ?? 0);
        frameKeys.set(row, key);
      }
      return key;
    };
    return memoized((stack) => {
      let text = '';
      for (let at = frameStart[stack] ?? 0; at < (frameStart[stack + 1] ?? 0); at++) {
        text += keyOf(frame[at] ?? 0);
      }
      return this.numberOf(text);
    });
  }

  /** @returns by row of the profile's stacks */
  ofProfile({ stacks, locations, functions, strings }: Profile): (stack: number) => number {
    const keyOf = memoized((location: number) => {
      let text = '';
      for (let line = locations.lineStart[location] ?? 0; line < (locations.lineStart[location + 1] ?? 0); line++) {
        const name = strings[functions.name[locations.lineFunction[line] ?? 0] ?? 0] ?? '';
        text += frameKey(name, locations.lineNumber[line] ?? 0);
      }
      return text;
    });
    return memoized((stack) => {
      let text = '';
      for (let at = stacks.locationStart[stack] ?? 0; at < (stacks.locationStart[stack + 1] ?? 0); at++) {
        text += keyOf(stacks.location[at] ?? 0);
      }
      return this.numberOf(text);
    });
  }

  private numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(text, number);
    }
    return number;
  }
}

function frameKey(name: string, line: number): string {
  return name === bottomFrame ? '' : `${printedName(name)}:${line}\n`;
}

function memoized<T>(work: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = work(key);
      known.set(key, value);
    }
    return value;
  };
}
