import { BrokenTrace } from './brokenTrace';
import type { ThreadCursor } from './cursor';
import type { Generation } from './generation';
import { rules } from './rules';
import { SchedulerState } from './schedulerState';
import { EventType, type GoState, type ProcState, type StringIndex } from './trace';
import { wireNone } from './wire';

/** A row that an advanced event yields: GoSwitch yields three, the end of a cgo callback's goroutine two, all others one. */
export interface OutputRow {
  type: EventType;
  goroutine: number;
  proc: number;
  thread: number;
  /** -1: the row has no bytes of its own. */
  offset: number;
}

/**
 * Decides which event may come next: the rules of go-execution-trace.md section 3.4. `advance` either applies an event and leaves its rows in
 * `rows[0 … rowCount)`, or says "not yet" and changes nothing, or throws because no legal history continues with this event.
 */
export class Ordering {
  readonly state = new SchedulerState();
  rowCount = 0;
  readonly rows: readonly OutputRow[] = [emptyRow(), emptyRow(), emptyRow()];
  /** Beyond the bytes of the first row; undefined where it has nothing to add. */
  extraFrom: GoState | ProcState | undefined;
  extraStatus: number | undefined;
  extraReason: StringIndex | undefined;
  extraTask: { readonly parent: number; readonly type: StringIndex } | undefined;

  // Context of the event being advanced, before and after it.
  thread = wireNone;
  proc = wireNone;
  goroutine = wireNone;
  newProc = wireNone;
  newGoroutine = wireNone;
  generation!: Generation;

  constructor(readonly goVersion: number) {}

  /** False: not yet. @throws BrokenTrace */
  advance(event: ThreadCursor, generation: Generation): boolean {
    const { threads } = this.state;
    if (this.state.initialGeneration === 0) {
      this.state.initialGeneration = generation.number;
    }
    this.generation = generation;
    this.thread = event.thread;
    const slot = event.thread === wireNone ? -1 : threads.intern(event.thread);
    this.proc = slot === -1 ? wireNone : (threads.proc[slot] ?? wireNone);
    this.goroutine = slot === -1 ? wireNone : (threads.goroutine[slot] ?? wireNone);
    this.newProc = this.proc;
    this.newGoroutine = this.goroutine;
    this.rowCount = 0;
    this.extraFrom = undefined;
    this.extraStatus = undefined;
    this.extraReason = undefined;
    this.extraTask = undefined;
    const rule = rules[event.type];
    if (rule === undefined) {
      throw new BrokenTrace(`bad event type found while ordering: ${String(event.type)}`, event.offset);
    }
    if (!rule(this, event)) {
      return false;
    }
    if (slot !== -1) {
      threads.proc[slot] = this.newProc;
      threads.goroutine[slot] = this.newGoroutine;
    }
    return true;
  }

  get isInitialGeneration(): boolean {
    return this.generation.number === this.state.initialGeneration;
  }

  emit(type: EventType, offset: number, goroutine = this.goroutine, proc = this.proc, thread = this.thread): void {
    const row = this.rows[this.rowCount++];
    if (row !== undefined) {
      row.type = type;
      row.offset = offset;
      row.goroutine = goroutine;
      row.proc = proc;
      row.thread = thread;
    }
  }
}

function emptyRow(): OutputRow {
  return { type: EventType.Sync, goroutine: wireNone, proc: wireNone, thread: wireNone, offset: -1 };
}
