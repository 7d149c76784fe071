export type { Field, FieldType, Frame, FrameMeta } from './frame';
export { type CaptureRef, latencySubjects, likeGoToolTrace, type TraceSampleType, traceSampleTypes, type ViewQuery } from './query';
export { findingKindNames, severityNames } from './findingWords';
export { describeView, type QueryMember, type View, type ViewDescription, type ViewPanel, views } from './views';
export type { DatasourceRef, FrameContext, ListedCapture, Reading, TimeRangeMs } from './context';
export { migrateQuery } from './migrateQuery';
export { buildFrames, isUsefulInPart } from './buildFrames';
export { parseSelector } from '../pprof';
export { type FrameJson, frameToJson } from './frameJson';
