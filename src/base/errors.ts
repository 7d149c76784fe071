/** What a user needs to know about input that could not be read. Every field that is known is filled. */
export interface ReadErrorDetails {
  /** What was being read: a file name or URL without credentials. */
  readonly file?: string;
  /** Byte offset at which reading stopped, in the bytes after decompression. */
  readonly offset?: number;
  /** What the bytes seem to be instead, as a noun phrase: "an HTML page". */
  readonly looksLike?: string;
  /** What to do about it, as a sentence. */
  readonly advice?: string;
}

/** The error that gclens shows to users: one line that says what was read, where it broke, what it seems to be and what to do. */
export class GclensError extends Error {
  override readonly name = 'GclensError';

  constructor(
    readonly reason: string,
    readonly details: ReadErrorDetails = {},
  ) {
    super(describe(reason, details));
  }

  /** The same error with more known about where it happened; what was already known stays. */
  with(details: ReadErrorDetails): GclensError {
    return new GclensError(this.reason, { ...details, ...this.details });
  }
}

function describe(reason: string, { file, offset, looksLike, advice }: ReadErrorDetails): string {
  const place = [file, offset === undefined ? undefined : `offset ${offset}`].filter((part) => part !== undefined);
  const sentences = [`${[...place, reason].join(': ')}`];
  if (looksLike !== undefined) {
    sentences.push(`this seems to be ${looksLike}`);
  }
  if (advice !== undefined) {
    sentences.push(advice);
  }
  return sentences
    .join('; ')
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '\uFFFD');
}

/** Whether work was aborted rather than failed. Goes by the name: not every environment makes its DOMException an Error. */
export function isAbort(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}

/** Any error as users may see it: what is no GclensError is a mistake of gclens itself, and says so. */
export function toGclensError(error: unknown): GclensError {
  if (error instanceof GclensError) {
    return error;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new GclensError(`gclens itself failed (${message})`, { advice: 'Please report it with the file that was read' });
}

/** Something a reader of the result must know; the result is usable. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}
