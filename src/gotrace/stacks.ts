import { growFor } from './columns';
import { wordsPerFrame } from './kernel/shared';
import type { FrameIndex, FrameTable, StackIndex, StackTable, StringIndex } from './trace';
import { bigOfHalves, type Exact, joinHalves } from './wire';

/** The frames of all generations, each once. */
class FrameColumns implements FrameTable {
  length = 0;
  pc = new Float64Array(256);
  function = new Uint32Array(256);
  file = new Uint32Array(256);
  line = new Float64Array(256);
  readonly big = new Map<number, { readonly pc: bigint; readonly line: bigint }>();

  /** Appends frames as the kernel writes them: pc (low, high), function, file, line (low, high). */
  append(words: Uint32Array): void {
    const length = this.length + words.length / wordsPerFrame;
    this.reach(length);
    for (let at = 0, frame = this.length; frame < length; at += wordsPerFrame, frame++) {
      const pc = joinHalves(words[at] ?? 0, words[at + 1] ?? 0);
      const line = joinHalves(words[at + 4] ?? 0, words[at + 5] ?? 0);
      this.pc[frame] = pc;
      this.function[frame] = words[at + 2] ?? 0;
      this.file[frame] = words[at + 3] ?? 0;
      this.line[frame] = line;
      if (!Number.isSafeInteger(pc) || !Number.isSafeInteger(line)) {
        this.big.set(frame, {
          pc: bigOfHalves(words[at] ?? 0, words[at + 1] ?? 0),
          line: bigOfHalves(words[at + 4] ?? 0, words[at + 5] ?? 0),
        });
      }
    }
    this.length = length;
  }

  protected reach(length: number): void {
    this.pc = growFor(this.pc, length);
    this.function = growFor(this.function, length);
    this.file = growFor(this.file, length);
    this.line = growFor(this.line, length);
  }
}

/** The stacks of all generations, each once. Stack 0 is no stack. */
export class StackColumns implements StackTable {
  readonly frames: FrameColumns = new FrameColumns();
  length = 1;
  frameStart = new Uint32Array(256);
  frame = new Uint32Array(1024);

  /** Appends stacks, none of which is here yet: how many frames each has, and the frames of all. */
  append(counts: Uint32Array, frames: Uint32Array): void {
    let start = this.frameStart[this.length] ?? 0;
    this.frame = growFor(this.frame, start + frames.length);
    this.frame.set(frames, start);
    this.frameStart = growFor(this.frameStart, this.length + counts.length + 1);
    for (let n = 0; n < counts.length; n++) {
      start += counts[n] ?? 0;
      this.frameStart[++this.length] = start;
    }
  }
}

/** Frames that are added one by one. */
class AddedFrames extends FrameColumns {
  add(pc: Exact, functionName: StringIndex, file: StringIndex, line: Exact): FrameIndex {
    const index = this.length as FrameIndex;
    this.reach(++this.length);
    this.pc[index] = Number(pc);
    this.function[index] = functionName;
    this.file[index] = file;
    this.line[index] = Number(line);
    if (typeof pc === 'bigint' || typeof line === 'bigint') {
      this.big.set(index, { pc: BigInt.asUintN(64, BigInt(pc)), line: BigInt.asUintN(64, BigInt(line)) });
    }
    return index;
  }
}

/** Stacks that are interned one by one, by their frames. */
export class InternedStacks extends StackColumns {
  override readonly frames = new AddedFrames();
  /** Open addressing; 0 is free. Load at most one half. */
  private slots = new Int32Array(1024);

  /** Interns the stack frames[0, count), leaf first. */
  intern(frames: Uint32Array, count: number): StackIndex {
    let slot = hashFrames(frames, count) & (this.slots.length - 1);
    for (;;) {
      const stack = this.slots[slot] ?? 0;
      if (stack === 0) {
        return this.add(frames.subarray(0, count), slot);
      }
      if (this.equals(stack, frames, count)) {
        return stack as StackIndex;
      }
      slot = (slot + 1) & (this.slots.length - 1);
    }
  }

  private equals(stack: number, frames: Uint32Array, count: number): boolean {
    const start = this.frameStart[stack] ?? 0;
    if ((this.frameStart[stack + 1] ?? 0) - start !== count) {
      return false;
    }
    for (let i = 0; i < count; i++) {
      if (this.frame[start + i] !== frames[i]) {
        return false;
      }
    }
    return true;
  }

  private add(frames: Uint32Array, slot: number): StackIndex {
    const stack = this.length;
    this.append(Uint32Array.of(frames.length), frames);
    this.slots[slot] = stack;
    if (this.length * 2 > this.slots.length) {
      this.rehash();
    }
    return stack as StackIndex;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let stack = 1; stack < this.length; stack++) {
      const frames = this.frame.subarray(this.frameStart[stack], this.frameStart[stack + 1]);
      let slot = hashFrames(frames, frames.length) & mask;
      while (this.slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      this.slots[slot] = stack;
    }
  }
}

function hashFrames(frames: Uint32Array, count: number): number {
  let hash = count | 0;
  for (let i = 0; i < count; i++) {
    hash = Math.imul(hash ^ (frames[i] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash & 0x7fffffff;
}
