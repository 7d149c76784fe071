export { GoClass, mapOps } from './facts';
export type {
  AssistTable,
  Cut,
  GcCycle,
  GoroutineTimelines,
  HeapSeries,
  Log,
  MapInterval,
  MapOp,
  ProcTimelines,
  Region,
  RuntimeFacts,
  SampleFacts,
  StopTheWorld,
  SweepTable,
  Task,
  WallAnchor,
} from './facts';
export { type BlockingKind, blockingKinds, type BlockingTable, findBlocking } from './blocking';
export { computeRuntimeFacts, type RuntimeFactsOptions } from './computeRuntimeFacts';
export { rowAt } from './goroutineTimelines';
export { countBelow, countUpTo, Coverage, type IntervalSet, unionOf } from './intervals';
export { classifyMapOp, decideMapOp, mapOpOfFunction, type MapOperation, mapSite } from './mapOperation';
export { type Interval, NestedIntervals } from './nestedIntervals';
export { mapRegionTypes } from './regions';
export { formatSite, siteOf, type SourceFrame } from './site';
export { framesOfStack } from './stackFrames';
export { traceProfile, type TraceProfileKind, traceProfileKinds, type TraceProfileOptions } from './traceProfile';
export { parseRfc3339 } from './wallAnchor';
