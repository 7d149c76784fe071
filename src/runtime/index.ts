export { cutEnd, cutStart, GoClass, latencyPhases, mapOps, noEvent } from './facts';
export type {
  AssistTable,
  ClassTotals,
  CostClass,
  CostInterval,
  CostTable,
  Cut,
  GcCycle,
  GoroutineTimelines,
  HeapSeries,
  Latencies,
  LatencyDistribution,
  LatencyPhase,
  Log,
  LogTable,
  MapInterval,
  MapIntervalTable,
  MapOp,
  ProcTimelines,
  Region,
  RegionTable,
  RuntimeFacts,
  SampleFacts,
  StopTheWorld,
  SweepTable,
  Task,
  TaskCost,
  TaskTable,
  WaitTable,
  WallAnchor,
} from './facts';
export { assistStretchesOf } from './assistStretches';
export { type BlockingKind, blockingKinds, type BlockingTable, findBlocking } from './blocking';
export { pickRows } from './columns';
export { computeRuntimeFacts, type RuntimeFactsOptions } from './computeRuntimeFacts';
export { workElsewhere } from './elsewhere';
export { type StretchCosts, Stretches, sumStretches } from './stretchCosts';
export { findGcWorkers, type GcWorkerMode, gcWorkerModes, type GcWorkerTable } from './gcWorkers';
export { rowAt, rowNear, TimelineCursor } from './goroutineTimelines';
export { findHeapObjects, type HeapObjects, type HeapObjectTable, type HeapSpanTable, type HeapTable } from './heapObjects';
export { heapByType, type HeapTotal, type HeapTypeTotals, liveBytesAt, sumHeap } from './heapTotals';
export { countLatencies, latencyQuantileNs, latencyRows, latencyRowStartNs, schedulerLatenciesWithin, taskLatencies } from './latencies';
export { assistCoverage, coverageByGoroutine, mapRegionCoverage } from './goroutineCoverage';
export {
  allRows,
  countBelow,
  countUpTo,
  countUpToNear,
  Coverage,
  type IntervalSet,
  orderBy,
  rowsWhere,
  runningMaximum,
  unionOf,
  valuesAt,
} from './intervals';
export { largestRows } from './largestRows';
export { listOf } from './listOf';
export { taskCostIntervals } from './costReplay';
export { costClasses } from './costRules';
export { type MapDetail, MapDetails, readMapDetail } from './mapDetails';
export { classifyMapOp, decideMapOp, mapOpOfFunction, type MapOperation, mapSite, mapWorkSite } from './mapOperation';
export { enclosingFunction, hideTypeArguments } from './functionName';
export { isStandardLibrary } from './standardLibrary';
export { type NestedRows, nestedRowsOf } from './nestedRows';
export { type LeastUtilisation, MmuCurve } from './mmu';
export { MutatorUtilisation, type UtilisationOptions, type UtilisationSteps } from './mutatorUtilisation';
export { findProcCount, type ProcCount } from './procCount';
export { mapRegionTypes } from './regions';
export { lastBegun, RowGroups, rowsBy } from './rowGroups';
export { Slots } from './slots';
export { formatSite, siteOf, type SourceFrame } from './site';
export { framesOfStack } from './stackFrames';
export { stopLatencies } from './stopLatencies';
export { anchorFromOutside, parseRfc3339 } from './wallAnchor';
export { traceProfile, type TraceProfileKind, traceProfileKinds, traceProfileOf, type TraceProfileOptions } from './traceProfile';
export { rareEvents } from './rareEvents';
