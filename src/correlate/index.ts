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
export { type RequestSamples, samplesOfRequest } from './samplesOfRequest';
export { adviceOf, howToRecord, type Recording } from './howToRecord';
export { type IdentifiedTask, type IdentityReport, identityReport, labelSummaries, type LabelSummary } from './identityReport';
export { joinNotices } from './joinNotices';
export { otherProgramNotices } from './otherProgram';
export { profileBelongs, programsDiffer, spansBelong } from './belonging';
export { findStrangers, joinedCpuProfile, joinedCaptures, type Strangers } from './strangers';
export { type JoinedProfile, joinProfile } from './joinProfile';
export type { AllocationSite, RequestCount } from './allocationSites';
export type { CycleCause } from './cycleCauses';
export { findRootCause, type GcCost, holdsNothing, type RootCause, rootCauseOf, smallGcShare, type Verdict } from './rootCause';
export { describeRootCause } from './rootCauseWords';
export type { Interval95 } from './resample';
export type { TimePart, TimeSplit, WaitedFor } from './timeSplit';
export { type ComparedMetric, compareCaptures, type Comparison, metricNames, type MetricName, type MetricUnit } from './compareCaptures';
export { findMapHeap, type MapHeap } from './findMapHeap';
export { type IterationPattern, type IterationPatternKind, iterationPatterns } from './iterationPatterns';
export { type GrowthSite, type GrowthStep, mapGrowth, type MapGrowth } from './mapGrowth';
export type { MapLeak, MapLeakKind } from './mapLeaks';
export { type MapOwner, type MapTypeMemory, mapTypeMemory, type OwnerEvidence } from './mapOwners';
export { type MapRegionType, mapRegionTypesOf } from './mapRegionTypes';
export type { MapStat, MapStatSeries } from './mapStats';
export { noFunctionNames } from './profileFrames';
export { type FunctionAllocation, type MapWork, type MapWorkSite, mapWorkSites, readMapWork } from './mapWork';
export { type PauseActivity, pauseActivity, type PausePhase, pausePhases, type PhaseActivity } from './pauseActivity';
export type { IterationPath, MapImplementation } from './stackSite';
export { captureMetrics, type CaptureMetrics, type Slice } from './captureMetrics';
export { figureText, valueText, verdictText } from './comparisonWords';
export {
  type Cause,
  type Check,
  type CheckResult,
  type DocumentedFact,
  type Endpoint,
  type Evidence,
  factCatalogue,
  type FactDescription,
  type FactValue,
  type Finding,
  findFindings,
  formatFact,
  type Kind,
  measure,
  type Measured,
  needs,
  parseRuleFile,
  type Rule,
  type RuleFile,
  RuleFileError,
  type RuleProblem,
  runChecks,
  type Scope,
  severities,
  type Severity,
  shippedRules,
  type Sureness,
  withRules,
} from './rules';
export { cyclePosition, SpanIds } from './ownIds';
export { makeReport, type Report } from './report';
export type { Payer } from './payers';
export { count, duration, list, percent } from './words';
