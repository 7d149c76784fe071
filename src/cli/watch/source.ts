/** A file of a source as one look at it found it. */
export interface SourceFile {
  /** Path within the source, with slashes. */
  readonly name: string;
  /** Null where the source does not say. */
  readonly sizeBytes: number | null;
  /** Differs whenever the content may differ: made of size and time. */
  readonly version: string;
  readonly modifiedUnixMs: number;
}

/** Where captures appear. */
export interface Source {
  /** All files that are there now. @throws GclensError when the source cannot be reached */
  list(signal: AbortSignal): Promise<readonly SourceFile[]>;
  /** @throws Error when it cannot be read now; the error of a file beyond `maxBytes` is a {@link TooLarge} */
  read(file: SourceFile, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** A file turned out to be larger than what may be read. */
export class TooLarge extends Error {}

/** The folder part of a name, '' at the top. */
export function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

/** A name without its folder and all that follows the first dot behind its first character. */
export function stemOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/(?<=.)\..*$/s, '');
}
