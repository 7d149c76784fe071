export {
  type ClockSnapshot,
  EventType,
  GoState,
  NONE,
  ProcState,
  type EventIndex,
  type EventTable,
  type ExperimentalBatch,
  type FrameIndex,
  type FrameTable,
  type RowColumns,
  type StackIndex,
  type StackTable,
  type StringIndex,
  type StringTable,
  type Sync,
  type SyncTable,
  type TaskDetails,
  type Trace,
  type Transition,
} from './trace';
export { type AllocFreeTables, type HeapLayout, type HeapType, readAllocFreeTables } from './allocFree';
export { decodeTrace, type DecodeOptions, type TracePrefix } from './decodeTrace';
export { makeExampleTrace } from './exampleTrace';
export { readTaskBegin, readTaskEnd, stwReasonAt } from './details';
export { type GenerationIndex, type GenerationTable, indexTrace, type TraceIndex } from './indexTrace';
export { eventFormatter, formatParsed } from './formatParsed';
export { wallFormatter } from './wallClock';
export { goRuleOfType, newTransition, readTransition } from './transitions';
