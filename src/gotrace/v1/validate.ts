import { BrokenTrace } from '../brokenTrace';
import { formatSigned, formatUnsigned } from '../wire';
import { AnnotationCheck } from './annotations';
import type { Clock } from './clock';
import { type EventRows, noGoroutineSlot } from './eventRows';
import { EventV1 } from './eventTypes';
import type { TablesV1 } from './tables';

/** Procs that do not exist: the official reader shows events there that are no work of the proc that wrote them. */
enum FakeProc {
  Timers = 1_000_001,
  Network,
  Syscalls,
  GC,
}

enum State {
  Unknown,
  Dead,
  Runnable,
  Running,
  Waiting,
}

interface ProcState {
  isRunning: boolean;
  /** Slot of the goroutine that it runs. */
  goroutine: number;
  isSweeping: boolean;
}

/**
 * Checks that the ordered events are a history that can have happened, and finds what takes the history to know: the procs on which events are shown,
 * and which system calls blocked. Source: go-execution-trace.md section 6.
 */
export class Validator {
  private readonly state: Uint8Array;
  /** By slot: whether the goroutine waits for the network. */
  private readonly waitsForNetwork: Uint8Array;
  private readonly isAssisting: Uint8Array;
  /** By slot: row of a GoSysCall, plus one, if that was the goroutine's last event. */
  private readonly lastSysCall: Uint32Array;
  private readonly procs = new Map<number, ProcState>();
  private readonly annotations: AnnotationCheck;
  private isCollecting = false;
  private isStopped = false;

  constructor(
    file: Uint8Array,
    private readonly rows: EventRows,
    tables: TablesV1,
    private readonly timerGoroutines: ReadonlySet<number>,
    private readonly clock: Clock,
  ) {
    const slots = rows.goroutines.length;
    this.state = new Uint8Array(slots);
    this.waitsForNetwork = new Uint8Array(slots);
    this.isAssisting = new Uint8Array(slots);
    this.lastSysCall = new Uint32Array(slots);
    this.state[noGoroutineSlot] = State.Running;
    this.annotations = new AnnotationCheck(file, rows, tables, clock);
  }

  /** Takes the next row. @throws BrokenTrace when nothing can have led to it */
  check(row: number): void {
    const { rows } = this;
    const type: EventV1 = rows.type[row] ?? 0;
    const goroutine = rows.goroutine[row] ?? 0;
    this.noteSysCall(row, type, goroutine);
    switch (type) {
      case EventV1.ProcStart:
        this.startProc(row);
        return;
      case EventV1.ProcStop:
        this.stopProc(row);
        return;
      case EventV1.GCStart:
        if (this.isCollecting) {
          this.fail(row, 'previous GC is not ended before a new one');
        }
        this.isCollecting = true;
        rows.proc[row] = FakeProc.GC;
        return;
      case EventV1.GCDone:
        if (!this.isCollecting) {
          this.fail(row, 'bogus GC end');
        }
        this.isCollecting = false;
        return;
      case EventV1.GCSTWStart:
        if (this.isStopped) {
          this.fail(row, 'previous STW is not ended before a new one');
        }
        this.isStopped = true;
        return;
      case EventV1.GCSTWDone:
        if (!this.isStopped) {
          this.fail(row, 'bogus STW end');
        }
        this.isStopped = false;
        return;
      case EventV1.GCSweepStart:
        this.sweep(row, true);
        return;
      case EventV1.GCSweepDone:
        this.sweep(row, false);
        return;
      case EventV1.GCMarkAssistStart:
        if (this.isAssisting[goroutine] !== 0) {
          this.fail(row, 'previous mark assist is not ended before a new one');
        }
        this.isAssisting[goroutine] = 1;
        this.mention(goroutine);
        return;
      case EventV1.GCMarkAssistDone:
        this.isAssisting[goroutine] = 0;
        this.mention(goroutine);
        return;
      case EventV1.UserTaskCreate:
        this.annotations.beginTask(row);
        return;
      case EventV1.UserTaskEnd:
        this.annotations.endTask(row);
        return;
      case EventV1.UserRegion:
        this.annotations.checkRegion(row);
        return;
      default:
        this.checkGoroutine(row, type, goroutine);
    }
  }

  private checkGoroutine(row: number, type: EventV1, goroutine: number): void {
    const { rows, state } = this;
    const subject = rows.subject[row] ?? 0;
    switch (type) {
      case EventV1.GoCreate:
        this.requireRunning(row, type, goroutine, true);
        if (state[subject] !== State.Unknown) {
          this.fail(row, `g ${this.nameOf(subject)} already exists`);
        }
        this.setState(subject, State.Runnable);
        return;
      case EventV1.GoWaiting:
      case EventV1.GoInSyscall:
        if (state[goroutine] !== State.Runnable) {
          this.fail(row, `g ${this.nameOf(goroutine)} is not runnable before Ev${EventV1[type]}`);
        }
        this.setState(goroutine, State.Waiting);
        return;
      case EventV1.GoStart:
      case EventV1.GoStartLabel:
        this.startGoroutine(row, goroutine);
        return;
      case EventV1.GoEnd:
      case EventV1.GoStop:
        this.leaveProc(row, type, goroutine, State.Dead);
        if (type === EventV1.GoEnd) {
          this.annotations.endGoroutine(goroutine);
        }
        return;
      case EventV1.GoSched:
      case EventV1.GoPreempt:
        this.leaveProc(row, type, goroutine, State.Runnable);
        return;
      case EventV1.GoUnblock:
        this.unblock(row, goroutine, subject);
        return;
      case EventV1.GoSysCall:
        this.requireRunning(row, type, goroutine, false);
        return;
      case EventV1.GoSysExit:
        rows.proc[row] = FakeProc.Syscalls;
        if (state[goroutine] !== State.Waiting) {
          this.fail(row, `g ${this.nameOf(goroutine)} is not waiting during syscall exit`);
        }
        this.setState(goroutine, State.Runnable);
        return;
      case EventV1.GoSleep:
      case EventV1.GoBlock:
      case EventV1.GoBlockSend:
      case EventV1.GoBlockRecv:
      case EventV1.GoBlockSelect:
      case EventV1.GoBlockSync:
      case EventV1.GoBlockCond:
      case EventV1.GoBlockNet:
      case EventV1.GoBlockGC:
      case EventV1.GoSysBlock:
        this.leaveProc(row, type, goroutine, State.Waiting);
        this.waitsForNetwork[goroutine] = type === EventV1.GoBlockNet ? 1 : 0;
        return;
      default:
    }
  }

  /** A system call blocked if the very next event of its goroutine says so. */
  private noteSysCall(row: number, type: EventV1, goroutine: number): void {
    const { rows, lastSysCall } = this;
    const call = lastSysCall[goroutine] ?? 0;
    if (call !== 0 && type === EventV1.GoSysBlock) {
      rows.type[call - 1] = EventV1.GoSysCallBlocked;
    }
    lastSysCall[goroutine] = type === EventV1.GoSysCall ? row + 1 : 0;
  }

  private startProc(row: number): void {
    const proc = this.procOf(row);
    if (proc.isRunning) {
      this.fail(row, `p ${String(this.rows.proc[row])} is running before start`);
    }
    proc.isRunning = true;
  }

  private stopProc(row: number): void {
    const proc = this.procOf(row);
    const name = String(this.rows.proc[row]);
    if (!proc.isRunning) {
      this.fail(row, `p ${name} is not running before stop`);
    }
    if (proc.goroutine !== noGoroutineSlot) {
      this.fail(row, `p ${name} is running a goroutine ${this.nameOf(proc.goroutine)} during stop`);
    }
    proc.isRunning = false;
  }

  private sweep(row: number, begins: boolean): void {
    const proc = this.procOf(row);
    if (proc.isSweeping === begins) {
      this.fail(row, begins ? 'previous sweeping is not ended before a new one' : 'bogus sweeping end');
    }
    proc.isSweeping = begins;
  }

  private startGoroutine(row: number, goroutine: number): void {
    const proc = this.procOf(row);
    if (this.state[goroutine] !== State.Runnable) {
      this.fail(row, `g ${this.nameOf(goroutine)} is not runnable before start`);
    }
    if (proc.goroutine !== noGoroutineSlot) {
      this.fail(
        row,
        `p ${String(this.rows.proc[row])} is already running g ${this.nameOf(proc.goroutine)} while start g ${this.nameOf(goroutine)}`,
      );
    }
    this.setState(goroutine, State.Running);
    proc.goroutine = goroutine;
  }

  private leaveProc(row: number, type: EventV1, goroutine: number, next: State): void {
    this.requireRunning(row, type, goroutine, false);
    this.setState(goroutine, next);
    this.procOf(row).goroutine = noGoroutineSlot;
  }

  private unblock(row: number, goroutine: number, subject: number): void {
    const { rows, state } = this;
    if (this.timerGoroutines.has(goroutine)) {
      rows.proc[row] = FakeProc.Timers;
    }
    if (state[goroutine] !== State.Running) {
      this.fail(row, `g ${this.nameOf(goroutine)} is not running while unpark`);
    }
    const proc = rows.proc[row] ?? 0;
    if (proc !== FakeProc.Timers && this.procOf(row).goroutine !== goroutine) {
      this.fail(row, `p ${String(proc)} is not running g ${this.nameOf(goroutine)} while unpark`);
    }
    if (state[subject] !== State.Waiting) {
      this.fail(row, `g ${this.nameOf(subject)} is not waiting before unpark`);
    }
    if (this.waitsForNetwork[subject] === 1) {
      rows.proc[row] = FakeProc.Network;
    }
    this.setState(subject, State.Runnable);
  }

  private requireRunning(row: number, type: EventV1, goroutine: number, isSystemFine: boolean): void {
    if (this.state[goroutine] !== State.Running) {
      this.fail(row, `g ${this.nameOf(goroutine)} is not running while ${EventV1[type]}`);
    }
    if (this.procOf(row).goroutine !== goroutine) {
      this.fail(row, `p ${String(this.rows.proc[row])} is not running g ${this.nameOf(goroutine)} while ${EventV1[type]}`);
    }
    if (!isSystemFine && goroutine === noGoroutineSlot) {
      this.fail(row, `g 0 did ${EventV1[type]}`);
    }
  }

  private fail(row: number, reason: string): never {
    throw new BrokenTrace(`${reason} (time ${formatSigned(this.clock.timeNs(row))})`, this.rows.offset[row] ?? 0);
  }

  private setState(goroutine: number, state: State): void {
    this.state[goroutine] = state;
    this.waitsForNetwork[goroutine] = 0;
  }

  /** Whoever was mentioned cannot be created any more. */
  private mention(goroutine: number): void {
    if (this.state[goroutine] === State.Unknown) {
      this.state[goroutine] = State.Dead;
    }
  }

  private procOf(row: number): ProcState {
    const id = this.rows.proc[row] ?? 0;
    let proc = this.procs.get(id);
    if (proc === undefined) {
      proc = { isRunning: false, goroutine: noGoroutineSlot, isSweeping: false };
      this.procs.set(id, proc);
    }
    return proc;
  }

  private nameOf(goroutine: number): string {
    return formatUnsigned(this.rows.goroutines.exactIdOf(goroutine));
  }
}
