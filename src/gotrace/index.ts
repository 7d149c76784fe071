export * from './trace';
// decodeTrace(bytes: Uint8Array, options?: WorkOptions): Promise<Trace>             throws GclensError when nothing can be read
// readTransition: ReadTransition
// readTaskBegin/readTaskEnd(trace, event): TaskDetails                              end: parent and type remembered from the begin
// stwReasonAt(trace, event): StringIndex                                            text between the parentheses, begin and end alike
// formatParsed(trace): Iterable<string>                                             `go tool trace -d=parsed`
