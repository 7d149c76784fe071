export type {
  AnalyzedTrace,
  Answer,
  Capture,
  CycleActivity,
  GcCycle,
  IdDialect,
  IdentityTable,
  Join,
  MapSite,
  Overlap,
  ProfileCapture,
  SpanId,
  Task,
  TaskIdentity,
  TraceCapture,
  TraceId,
  TraceJoins,
} from './capture';
export { type AnalyzeOptions, analyzeTrace } from './analyzeTrace';
export { answer } from './answer';
export { type AppSpan, type OtlpSpans, parseOtlpSpans } from './appSpans';
export { type CycleJson, type FactsJson, type RangeTotal, stringifyFacts, type TaskJson, toFactsJson } from './factsJson';
export type { HeapObjectsJson, HeapTypeJson } from './heapJson';
export { type MmuJson, type SchedulingJson, toSchedulingJson } from './schedulingJson';
export { chooseTask, type ChosenTask } from './chooseTask';
export { findTasks, type FoundTasks, withDescendants } from './findTask';
export { adviceOf, howToRecord, type Recording } from './howToRecord';
export { type IdentifiedTask, type IdentityReport, identityReport, labelSummaries, type LabelSummary } from './identityReport';
export { programsDiffer } from './belonging';
export { findStrangers, type Strangers } from './strangers';
export { type JoinedProfile, joinProfile } from './joinProfile';
