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
  /**
   * The files that lie in one folder, '' for the top, without those of the folders in it; where `start` is given, those whose names within it begin so.
   * @throws GclensError when the source cannot be reached
   */
  listFolder(folder: string, start: string, signal: AbortSignal): Promise<readonly SourceFile[]>;
  /**
   * @param name of a file, as `list` says it
   * @throws TooLarge for a file beyond `maxBytes`, Gone for one that is not there, Unreachable when it cannot be read now
   */
  read(name: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * The first bytes of a file, fewer than asked for where it is shorter.
   * @throws Gone for a file that is not there, Unreachable when it cannot be read now
   */
  readStart(name: string, sizeBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  /** The name of an object that a store tells of; null when it lies outside of the source. */
  nameOf(bucket: string, key: string): string | null;
}

/** A file turned out to be larger than what may be read. */
export class TooLarge extends Error {}

/** A file is not there, or no longer. */
export class Gone extends Error {}

/** A file cannot be read now: a network, a disk, credentials. Trying again later may help. */
export class Unreachable extends Error {}

/** The folder part of a name, '' at the top. */
export function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

/** A name without its folder and all that follows the first dot behind its first character. */
export function stemOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/(?<=.)\..*$/s, '');
}
