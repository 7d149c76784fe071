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
export { computeRuntimeFacts, type RuntimeFactsOptions } from './computeRuntimeFacts';
export { rowAt } from './goroutineTimelines';
export { countBelow, countUpTo, Coverage, type IntervalSet, unionOf } from './intervals';
export { classifyMapOp, decideMapOp, mapOpOfFunction, type MapOperation, mapSite } from './mapOperation';
export { mapRegionTypes } from './regions';
export { formatSite, siteOf, type SourceFrame } from './site';
export { framesOfStack } from './stackFrames';
export { parseRfc3339 } from './wallAnchor';
