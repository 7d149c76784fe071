export * from './capture';
// analyzeTrace(trace, options: {profile?: Profile; appSpans?: AppSpan[]; wallUnixNs?: bigint} & WorkOptions): Promise<AnalyzedTrace>
// toFactsJson(analyzed): FactsJson (facts.md section 11), stringifyFacts(json): string (integers above 2^53 exact)
// answer(captures: readonly Capture[]): Answer
// findTask(analyzed, query: string): number | undefined       by trace id, span id (hex or decimal), request id or task id
