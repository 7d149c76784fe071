import { addInt64, type Int64 } from './int64';
import type { FrameNames } from './frameNames';
import type { Profile } from './profile';
import { sampleValues } from './sampleValues';

/** Frames with their values and callers. All arrays have a row for each of `FrameNames.names`. */
export interface CallGraph {
  /** Value of the samples that were taken in a frame. */
  readonly flat: readonly Int64[];
  /** Value of the samples that were taken in it or in what it called. */
  readonly cum: readonly Int64[];
  /** Calls by callee and caller. */
  readonly calls: ReadonlyMap<number, Call>;
}

/** Calls of one frame from another. */
export interface Call {
  readonly callee: number;
  readonly caller: number;
  weight: Int64;
  /** Whether all of them were inlined. */
  isInline: boolean;
  /** Whether some of them go over frames that are not kept. */
  isResidual: boolean;
}

/** What of a profile becomes a graph. */
export interface CallGraphOptions {
  readonly sampleType: number;
  readonly sampleFilter?: Uint8Array;
  /** 1 for the frames to keep; stacks continue over the others. All when absent. */
  readonly kept?: Uint8Array;
}

/** Sums up a profile as google/pprof's internal/graph does. */
export function buildCallGraph(profile: Profile, frames: FrameNames, options: CallGraphOptions): CallGraph {
  const summing = new CallGraphSums(profile, frames, options.kept);
  const { weight, isUsed } = weighStacks(profile, options);
  for (let stack = 0; stack < profile.stacks.length; stack++) {
    if (isUsed[stack] === 1) {
      summing.add(stack, weight[stack] ?? 0);
    }
  }
  return summing;
}

/** Samples of one stack together; samples without value say nothing of calls. */
function weighStacks(profile: Profile, { sampleType, sampleFilter }: CallGraphOptions): { weight: Int64[]; isUsed: Uint8Array } {
  const { samples, stacks } = profile;
  const valueOf = sampleValues(profile, sampleType);
  const weight = new Array<Int64>(stacks.length).fill(0);
  const isUsed = new Uint8Array(stacks.length);
  for (let sample = 0; sample < samples.length; sample++) {
    const value = valueOf(sample);
    if (value !== 0 && (sampleFilter === undefined || sampleFilter[sample] === 1)) {
      const stack = samples.stack[sample] ?? 0;
      weight[stack] = addInt64(weight[stack] ?? 0, value);
      isUsed[stack] = 1;
    }
  }
  return { weight, isUsed };
}

const none = -1;

class CallGraphSums implements CallGraph {
  readonly flat: Int64[];
  readonly cum: Int64[];
  readonly calls = new Map<number, Call>();
  /** Stack that counted a frame last: a stack counts each frame once. */
  private readonly countedAt: Int32Array;
  /** Calls that the stack has counted. */
  private readonly counted = new Set<number>();

  constructor(
    private readonly profile: Profile,
    private readonly frames: FrameNames,
    private readonly kept: Uint8Array | undefined,
  ) {
    this.flat = new Array<Int64>(frames.names.length).fill(0);
    this.cum = new Array<Int64>(frames.names.length).fill(0);
    this.countedAt = new Int32Array(frames.names.length).fill(none);
  }

  add(stack: number, weight: Int64): void {
    const { frames, kept } = this;
    const { location, locationStart } = this.profile.stacks;
    this.counted.clear();
    let caller = none;
    let isLeafKept = true;
    let isOverOthers = false;
    for (let entry = (locationStart[stack + 1] ?? 0) - 1; entry >= (locationStart[stack] ?? 0); entry--) {
      const row = location[entry] ?? 0;
      const [start, end] = [frames.start[row] ?? 0, frames.start[row + 1] ?? 0];
      for (let index = end - 1; index >= start; index--) {
        const frame = frames.frame[index] ?? 0;
        isLeafKept = kept === undefined || kept[frame] === 1;
        if (isLeafKept) {
          this.count(frame, stack, weight);
          this.countCall({ caller, callee: frame, weight, isInline: index !== end - 1, isResidual: isOverOthers });
          caller = frame;
          isOverOthers = false;
        } else {
          isOverOthers = true;
        }
      }
    }
    if (caller !== none && isLeafKept) {
      this.flat[caller] = addInt64(this.flat[caller] ?? 0, weight);
    }
  }

  private count(frame: number, stack: number, weight: Int64): void {
    if (this.countedAt[frame] !== stack) {
      this.countedAt[frame] = stack;
      this.cum[frame] = addInt64(this.cum[frame] ?? 0, weight);
    }
  }

  private countCall(call: Call): void {
    const { caller, callee } = call;
    const key = callee * this.flat.length + caller;
    if (caller === none || caller === callee || this.counted.has(key)) {
      return;
    }
    this.counted.add(key);
    const known = this.calls.get(key);
    if (known === undefined) {
      this.calls.set(key, call);
    } else {
      known.weight = addInt64(known.weight, call.weight);
      known.isInline &&= call.isInline;
      known.isResidual ||= call.isResidual;
    }
  }
}
