/** Limits of the official reader (Go src/internal/trace/tracev2/events.go). */
export const maxBatchBytes = 64 * 1024;
export const maxStringBytes = 1024;
export const maxStackFrames = 128;
