import { GclensError, isAbort, type ReadErrorDetails, toGclensError } from '../base';

/** An error as plain data: what crosses between threads. */
export type ErrorMessage =
  { readonly kind: 'gclens'; readonly reason: string; readonly details: ReadErrorDetails } | { readonly kind: 'aborted' };

/** An error on its way to another thread. */
export function toErrorMessage(error: unknown): ErrorMessage {
  if (isAbort(error)) {
    return { kind: 'aborted' };
  }
  const { reason, details } = toGclensError(error);
  return { kind: 'gclens', reason, details };
}

/** The error that came from another thread. */
export function fromErrorMessage(message: ErrorMessage): Error {
  return message.kind === 'aborted'
    ? new DOMException('This operation was aborted', 'AbortError')
    : new GclensError(message.reason, message.details);
}

/** The error as users see it: it names the file, and errors of the program itself say that they are; the reason of an abort stays what it is. */
export function asGclensError(error: unknown, file: string | undefined, signal: AbortSignal | undefined): unknown {
  if (isAbort(error) || (signal?.aborted === true && signal.reason === error)) {
    return error;
  }
  const known = toGclensError(error);
  return file === undefined ? known : known.with({ file });
}
