export type { Field, FieldType, Frame, FrameMeta, FrameNotice } from './frame';
export {
  type CaptureRef,
  type EmbeddedRef,
  latencySubjects,
  likeGoToolTrace,
  type LiveMethod,
  liveMethods,
  type LiveRef,
  type RegionKind,
  regionKinds,
  type StorePick,
  storePicks,
  type StoreRef,
  type TraceSampleType,
  traceSampleTypes,
  type UrlRef,
  type VariableRef,
  type ViewQuery,
} from './query';
export { findingKindNames, severityNames } from './findingWords';
export { describeView, type QueryMember, type ViewDescription } from './viewDescriptions';
export { type View, type ViewPanel, views } from './views';
export type { DatasourceRef, FrameContext, ListedCapture, Reading, TimeRangeMs, LinkedDatasource } from './context';
export { migrateQuery } from './migrateQuery';
export { buildFrames, isUsefulInPart } from './buildFrames';
export { formatSelector, type Matcher, type MatchOperator, parseSelector, type Selector } from '../pprof';
export { type FrameJson, frameToJson } from './frameJson';
