export type {
  AnalyzedTrace,
  Answer,
  Capture,
  CycleActivity,
  GcCycle,
  IdentityTable,
  MapSite,
  Overlap,
  ProfileCapture,
  SpanId,
  Task,
  TaskIdentity,
  TraceCapture,
} from './capture';
export { type AnalyzeOptions, analyzeTrace } from './analyzeTrace';
export { answer } from './answer';
export { type AppSpan, parseOtlpSpans } from './appSpans';
export { type CycleJson, type FactsJson, type RangeTotal, stringifyFacts, type TaskJson, toFactsJson } from './factsJson';
export type { HeapObjectsJson, HeapTypeJson } from './heapJson';
export { type MmuJson, type SchedulingJson, toSchedulingJson } from './schedulingJson';
export { findTask } from './findTask';
export { type JoinedProfile, joinProfile } from './joinProfile';
