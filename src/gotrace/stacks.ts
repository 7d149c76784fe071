import type { FrameIndex, FrameTable, StackIndex, StackTable, StringIndex } from './trace';

/** Frames of all generations. A pc has one frame almost always; where generations disagree, a new row takes its place for what follows. */
export class InternedFrames implements FrameTable {
  private readonly byPc = new Map<number, FrameIndex>();
  pc = new Float64Array(256);
  function = new Uint32Array(256);
  file = new Uint32Array(256);
  line = new Float64Array(256);
  length = 0;

  intern(pc: number, functionName: StringIndex, file: StringIndex, line: number): FrameIndex {
    const known = this.byPc.get(pc);
    if (known !== undefined && this.function[known] === functionName && this.file[known] === file && this.line[known] === line) {
      return known;
    }
    if (this.length === this.pc.length) {
      this.grow();
    }
    const index = this.length++ as FrameIndex;
    this.pc[index] = pc;
    this.function[index] = functionName;
    this.file[index] = file;
    this.line[index] = line;
    this.byPc.set(pc, index);
    return index;
  }

  private grow(): void {
    this.pc = growFloat64(this.pc);
    this.function = growUint32(this.function);
    this.file = growUint32(this.file);
    this.line = growFloat64(this.line);
  }
}

/** Stacks of all generations, interned by their frames. Stack 0 is no stack. */
export class InternedStacks implements StackTable {
  readonly frames = new InternedFrames();
  frameStart = new Uint32Array(256);
  frame = new Uint32Array(1024);
  length = 1;
  /** Open addressing, stack + 1; 0 is free. Load at most one half. */
  private slots = new Int32Array(1024);
  private frameCount = 0;

  /** Interns the stack frames[0, count), leaf first. */
  intern(frames: Uint32Array, count: number): StackIndex {
    let slot = hashFrames(frames, count) & (this.slots.length - 1);
    for (;;) {
      const stack = (this.slots[slot] ?? 0) - 1;
      if (stack < 0) {
        return this.add(frames, count, slot);
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

  private add(frames: Uint32Array, count: number, slot: number): StackIndex {
    while (this.frameCount + count > this.frame.length) {
      this.frame = growUint32(this.frame);
    }
    if (this.length + 2 > this.frameStart.length) {
      this.frameStart = growUint32(this.frameStart);
    }
    this.frame.set(frames.subarray(0, count), this.frameCount);
    this.frameCount += count;
    const stack = this.length++;
    this.frameStart[stack + 1] = this.frameCount;
    this.slots[slot] = stack + 1;
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
      this.slots[slot] = stack + 1;
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

function growUint32(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(column.length * 2);
  grown.set(column);
  return grown;
}

function growFloat64(column: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(column.length * 2);
  grown.set(column);
  return grown;
}
