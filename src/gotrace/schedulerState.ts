import { SlotTable } from './slotTable';
import { GoState, ProcState, type StringIndex } from './trace';
import { wireNone } from './wire';

/** A resource that does not exist (any more). */
export const absent = -1;

/** Wire codes of goroutine states. */
export const goRunnable = 1;
export const goRunning = 2;
export const goSyscall = 3;
export const goWaiting = 4;

/** Wire codes of proc states. */
export const procRunning = 1;
export const procIdle = 2;
export const procSyscall = 3;
export const procSyscallAbandoned = 4;

/** Names and states by wire code. */
export const goStatusNames = ['Bad', 'Runnable', 'Running', 'Syscall', 'Waiting'];
export const procStatusNames = ['Bad', 'Running', 'Idle', 'Syscall', 'Bad'];
export const goStateOfStatus = [GoState.Undetermined, GoState.Runnable, GoState.Running, GoState.Syscall, GoState.Waiting];
export const procStateOfStatus = [ProcState.Undetermined, ProcState.Running, ProcState.Idle, ProcState.Running, ProcState.Idle];

/** Status and sequence of goroutines or of procs: columns by slot. Sequence numbers count anew in each generation. */
export class ResourceTable {
  private readonly slots = new SlotTable();
  readonly status: number[] = [];
  private readonly generation: number[] = [];
  private readonly sequence: number[] = [];

  /** Slot of an existing resource, -1 otherwise. */
  find(id: number): number {
    const slot = this.slots.find(id);
    return slot === -1 || this.status[slot] === absent ? -1 : slot;
  }

  create(id: number, status: number, generation: number): number {
    const slot = this.slots.intern(id);
    this.status[slot] = status;
    this.generation[slot] = generation;
    this.sequence[slot] = 0;
    return slot;
  }

  setSequence(slot: number, generation: number, sequence: number): void {
    this.generation[slot] = generation;
    this.sequence[slot] = sequence;
  }

  /** Whether `sequence` is the immediate successor of the resource's last one. */
  isNext(slot: number, generation: number, sequence: number): boolean {
    return this.generation[slot] === generation && (this.sequence[slot] ?? 0) + 1 === sequence;
  }

  describeSequence(slot: number): string {
    return `${String(this.sequence[slot])} (gen=${String(this.generation[slot])})`;
  }
}

/** Which proc and goroutine a thread holds. */
export class ThreadTable {
  private readonly slots = new SlotTable();
  readonly proc: number[] = [];
  readonly goroutine: number[] = [];

  find(thread: number): number {
    return this.slots.find(thread);
  }

  intern(thread: number): number {
    const slot = this.slots.intern(thread);
    if (slot === this.proc.length) {
      this.proc.push(wireNone);
      this.goroutine.push(wireNone);
    }
    return slot;
  }

  idOf(slot: number): number {
    return this.slots.idOf(slot);
  }

  /** Slot of the thread that holds a proc, -1 without: rarely asked, so searched. */
  holderOf(proc: number): number {
    return this.proc.lastIndexOf(proc);
  }
}

export interface OpenRegion {
  readonly task: number;
  readonly name: StringIndex;
}

export interface ActiveTask {
  readonly parent: number;
  readonly type: StringIndex;
}

/** Open range of a goroutine that is a mark assist; stop-the-worlds are named by their kind (a string id, 0 or more). */
export const assistRange = -1;

export enum GcState {
  Undetermined,
  NotRunning,
  Running,
}

/** The scheduler as far as events told it; it lives over all generations. Source: go-execution-trace.md section 3.1. */
export class SchedulerState {
  readonly goroutines = new ResourceTable();
  readonly procs = new ResourceTable();
  readonly threads = new ThreadTable();
  readonly tasks = new Map<number, ActiveTask>();
  /** By slot of the goroutine. */
  readonly regions = new Map<number, OpenRegion[]>();
  readonly goroutineRanges = new Map<number, number[]>();
  /** Slots of procs inside a sweep. */
  readonly sweeping = new Set<number>();
  initialGeneration = 0;
  gcSequence = 0;
  gcState = GcState.Undetermined;

  destroyGoroutine(slot: number): void {
    this.goroutines.status[slot] = absent;
    this.regions.delete(slot);
    this.goroutineRanges.delete(slot);
  }
}
