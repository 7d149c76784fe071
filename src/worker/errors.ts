import { GclensError, type ReadErrorDetails } from '../base';

/** An error as plain data: what crosses between threads. */
export type ErrorMessage =
  { readonly kind: 'gclens'; readonly reason: string; readonly details: ReadErrorDetails } | { readonly kind: 'aborted' };

export function toErrorMessage(error: unknown): ErrorMessage {
  if (isAbort(error)) {
    return { kind: 'aborted' };
  }
  const known = error instanceof GclensError ? error : bugAsGclensError(error);
  return { kind: 'gclens', reason: known.reason, details: known.details };
}

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
  const known = error instanceof GclensError ? error : bugAsGclensError(error);
  return file === undefined ? known : known.with({ file });
}

function isAbort(error: unknown): boolean {
  // Not every environment makes its DOMException an Error.
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}

function bugAsGclensError(error: unknown): GclensError {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new GclensError(`gclens itself failed (${message})`, { advice: 'Please report it with the file that was read' });
}
