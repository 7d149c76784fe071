// What the kernel and the TypeScript around it agree on; both compile this file.

/** Rows that the kernel puts out before they have to be taken. */
export const rowsPerBlock = 16384;

/** Where the columns of a block of rows begin, in bytes from its start. */
export const timeColumn = 0;
export const goroutineColumn = 65536;
export const offsetColumn = 131072;
export const contextColumn = 196608;
export const typeColumn = 229376;
/** High halves of contexts, written where there are more than 65 536. */
export const contextHighColumn = 245760;
export const blockBytes = 278528;

/** Offset of rows that have no bytes. */
export const noOffset = 0xffffffff;

/** Numbers of a record that the kernel hands out. */
export const wordsPerLap = 2;
export const wordsPerExtra = 5;
export const wordsPerContext = 4;
export const wordsPerFrame = 6;
export const wordsPerStack = 2;
export const wordsPerSparseId = 3;

/**
 * So many strings, stacks or goroutines a trace can always tell of, and more for its bytes: each costs the runtime some bytes where it is told and some where it is
 * used, together more than these. Hostile files tell of one in every few bytes, each of which costs tens of bytes of memory.
 */
export const thingsOfSmallFile = 131072;
export const bytesPerThing = 16;
/** The same for frames of a pc of their own: programs call from the same places over and over. */
export const framesOfSmallFile = 65536;
export const bytesPerFrame = 32;

/** How a piece of work ended. */
export enum Status {
  /** There is more of it. */
  More,
  Done,
  /** The block of rows has to be taken first. */
  Full,
  /** The trace is broken here: see `Failure`. */
  Failed,
  /** It is broken, but where and why is known only when it is decoded again from its start, carefully. */
  Careless,
}

/** What a row's extra says. */
export enum Extra {
  /** The state before. */
  From,
  /** The status that a ProcStatus was promoted to. */
  Status,
  /** The string that names the stop-the-world that ends. */
  Reason,
  /** Parent (low, high) and string of the task that ends. */
  Task,
}

/** Places of the report: 32 bit numbers at the address that `report` returns. Vectors are their address and their length in bytes. */
export enum Report {
  IsOutOfMemory,
  Rows,
  FailureCode,
  /** Offset in the file. */
  FailureOffset,
  /** Type of the event at fault. */
  FailureType,
  /** What the failure's words need: pairs of low and high halves. */
  FailureNumbers,
  Laps = 17,
  LapsBytes,
  Extras,
  ExtrasBytes,
  GoroutineIds,
  GoroutineIdsBytes,
  Contexts,
  ContextsBytes,
  StringOffsets,
  StringOffsetsBytes,
  StringLengths,
  StringLengthsBytes,
  Frames,
  FramesBytes,
  StackRuns,
  StackRunsBytes,
  StackFrames,
  StackFramesBytes,
  /** Strings of the generation by id, plus one; 0 where the generation has none. */
  StringIds,
  StringIdsBytes,
  /** The ids that are not in the table above: low, high, string plus one. */
  SparseStringIds,
  SparseStringIdsBytes,
  StackIds,
  StackIdsBytes,
  SparseStackIds,
  SparseStackIdsBytes,
  /** What the failure's words list: pairs of low and high halves. */
  FailureList,
  FailureListBytes,
  /** CPU samples of the generation. */
  Samples,
  OriginLow,
  OriginHigh,
  HasSnapshot,
  /** Scaled to ns. */
  SnapshotTimeLow,
  SnapshotTimeHigh,
  SnapshotMonoLow,
  SnapshotMonoHigh,
  SnapshotSecondsLow,
  SnapshotSecondsHigh,
  SnapshotNanosecondsLow,
  SnapshotNanosecondsHigh,
  /** How many numbers a report has. */
  Length,
}

/** Why a trace is broken. The words are in `failureWords.ts`. */
export enum Failure {
  None,
  // Tables.
  ExpectedString,
  ExpectedStack,
  ExpectedSample,
  ExpectedSyncRecord,
  UnexpectedEndOfGeneration,
  BrokenVarint,
  BrokenFrameVarint,
  StringSize,
  StackSize,
  ShortString,
  DuplicateString,
  DuplicateStack,
  UnknownFunction,
  UnknownFile,
  DuplicateFrequency,
  DuplicateSnapshot,
  NoFrequency,
  NoSnapshot,
  TooManyFrames,
  TooManyThreads,
  TooManyProcs,
  TooManyContexts,
  TooManyStrings,
  TooManyStacks,
  TooManyGoroutines,
  // Events.
  UnreadableType,
  BrokenDelta,
  BrokenArgument,
  UnknownStack,
  UnknownString,
  ClockOverflow,
  // Order.
  NoOrder,
  TooDisordered,
  UnorderedType,
  NeedsThread,
  NeedsProc,
  NeedsGoroutine,
  NeedsNoGoroutine,
  NeedsString,
  GoroutineGone,
  NotRunning,
  NotInSyscall,
  NoProcToStop,
  ProcNotStoppable,
  ProcStatusUnknown,
  ProcStatusUnprintable,
  ProcStatusDiffers,
  ProcHolderUnknown,
  SelfStealDiffers,
  StealFromNobody,
  StealDiffers,
  GoStatusUnknown,
  GoStatusDiffers,
  GoStatusLate,
  SyscallWithoutThread,
  SyscallThreadDiffers,
  GoExists,
  GoExistsInSyscall,
  ProcSequence,
  ProcNotInSyscall,
  ProcLeftUnexpected,
  TaskExists,
  RegionMisuse,
  RegionGoroutineGone,
  GCActiveNotFirst,
  GCActiveWhileOff,
  GCBeginWhileOn,
  GCEndWhileOff,
  RangeGoroutineGone,
  RangeOpen,
  RangeNotOpen,
  AssistGoroutineUnknown,
  SweepProcUnknown,
  RangeFoundTwice,
  RangeMissing,
}
