export * from './frame';
export * from './query';
// migrateQuery(unknown): ViewQuery
// buildFrames(captures: readonly Capture[], query: ViewQuery, context: {refId: string; panelPluginId?: string; stored?: CaptureInfo[]; tracingDatasource?}): Frame[]
