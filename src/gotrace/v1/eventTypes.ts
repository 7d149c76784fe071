/** Event types of format v1 by their wire numbers. Source: Go 1.21 src/runtime/trace.go; go-execution-trace.md section 6. */
export enum EventV1 {
  Batch = 1,
  Frequency,
  Stack,
  Gomaxprocs,
  ProcStart,
  ProcStop,
  GCStart,
  GCDone,
  GCSTWStart,
  GCSTWDone,
  GCSweepStart,
  GCSweepDone,
  GoCreate,
  GoStart,
  GoEnd,
  GoStop,
  GoSched,
  GoPreempt,
  GoSleep,
  GoBlock,
  GoUnblock,
  GoBlockSend,
  GoBlockRecv,
  GoBlockSelect,
  GoBlockSync,
  GoBlockCond,
  GoBlockNet,
  GoSysCall,
  GoSysExit,
  GoSysBlock,
  GoWaiting,
  GoInSyscall,
  HeapAlloc,
  HeapGoal,
  TimerGoroutine,
  FutileWakeup,
  String,
  GoStartLocal,
  GoUnblockLocal,
  GoSysExitLocal,
  GoStartLabel,
  GoBlockGC,
  GCMarkAssistStart,
  GCMarkAssistDone,
  UserTaskCreate,
  UserTaskEnd,
  UserRegion,
  UserLog,
  CPUSample,
  /** No wire number: a GoSysCall that was followed by a GoSysBlock. */
  GoSysCallBlocked,
}

export const eventV1Count = EventV1.CPUSample + 1;

/** Go release whose traces hold CPU samples first. */
const firstVersionWithSamples = 19;

/** Arguments between the tick delta and the stack id; none where a type is not named. */
const argCounts: Readonly<Partial<Record<EventV1, number>>> = {
  [EventV1.Gomaxprocs]: 1,
  [EventV1.ProcStart]: 1,
  [EventV1.GCStart]: 1,
  [EventV1.GCSTWStart]: 1,
  [EventV1.GCSweepDone]: 2,
  [EventV1.GoCreate]: 2,
  [EventV1.GoStart]: 2,
  [EventV1.GoUnblock]: 2,
  [EventV1.GoSysExit]: 3,
  [EventV1.GoWaiting]: 1,
  [EventV1.GoInSyscall]: 1,
  [EventV1.HeapAlloc]: 1,
  [EventV1.HeapGoal]: 1,
  [EventV1.GoStartLocal]: 1,
  [EventV1.GoUnblockLocal]: 1,
  [EventV1.GoSysExitLocal]: 2,
  [EventV1.GoStartLabel]: 3,
  [EventV1.UserTaskCreate]: 3,
  [EventV1.UserTaskEnd]: 1,
  [EventV1.UserRegion]: 3,
  [EventV1.UserLog]: 2,
  [EventV1.CPUSample]: 3,
};

/** Types whose last value is the stack of the acting goroutine. */
const withStack: ReadonlySet<EventV1> = new Set([
  EventV1.Gomaxprocs,
  EventV1.GCStart,
  EventV1.GCSweepStart,
  EventV1.GoCreate,
  EventV1.GoStop,
  EventV1.GoSched,
  EventV1.GoPreempt,
  EventV1.GoSleep,
  EventV1.GoBlock,
  EventV1.GoUnblock,
  EventV1.GoBlockSend,
  EventV1.GoBlockRecv,
  EventV1.GoBlockSelect,
  EventV1.GoBlockSync,
  EventV1.GoBlockCond,
  EventV1.GoBlockNet,
  EventV1.GoSysCall,
  EventV1.GoUnblockLocal,
  EventV1.GoBlockGC,
  EventV1.GCMarkAssistStart,
  EventV1.UserTaskCreate,
  EventV1.UserTaskEnd,
  EventV1.UserRegion,
  EventV1.UserLog,
  EventV1.CPUSample,
]);

/** Number of values that an event of each type has: tick delta, arguments and stack. Frequency and TimerGoroutine have an argument in place of the delta. */
export const valueCounts: Uint8Array = Uint8Array.from(
  { length: eventV1Count },
  (_, type) => 1 + (argCounts[type as EventV1] ?? 0) + (withStack.has(type) ? 1 : 0),
);

/** Whether traces of a version can hold a type. */
export function isEventV1(type: number, goVersion: number): boolean {
  return type > 0 && type < eventV1Count && (type !== EventV1.CPUSample || goVersion >= firstVersionWithSamples);
}
