export type {
  AnalyzedTrace,
  Answer,
  Capture,
  CycleActivity,
  GcCycle,
  MapSite,
  Overlap,
  ProfileCapture,
  SpanId,
  Task,
  TaskCost,
  TaskIdentity,
  TraceCapture,
} from './capture';
export { type AnalyzeOptions, analyzeTrace } from './analyzeTrace';
export { answer } from './answer';
export { type AppSpan, parseOtlpSpans } from './appSpans';
export { type CycleJson, type FactsJson, type RangeTotal, stringifyFacts, type TaskJson, toFactsJson } from './factsJson';
export { findTask } from './findTask';
export { type JoinedProfile, joinProfile } from './joinProfile';
export type { CostClass, CostInterval } from './costTotals';
export { taskCostIntervals } from './taskCost';
