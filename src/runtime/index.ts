export * from './facts';
// computeRuntimeFacts(trace: Trace, options?: {profileTimeUnixNs?: bigint; wallUnixNs?: bigint} & WorkOptions): Promise<RuntimeFacts>
// classifyMapOp(functionNamesLeafFirst): {op: MapOp, decidingFrame: number} | null, mapSite(...)      used by profiles too
// siteOf(frames): string | null
