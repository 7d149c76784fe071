import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { GclensError, type Notice, type WorkOptions } from '../base';
import { openCapture, type OpenedCapture } from '../capture';

/**
 * Reads and opens the file at `path`. What is wrong with its gzip goes to stderr, and sets exit code 1 unless the capture is whole.
 * @throws GclensError that names the file when it cannot be read or is no capture
 */
export async function readCapture(path: string, options: WorkOptions = {}): Promise<Pick<OpenedCapture, 'info' | 'bytes'>> {
  const { info, bytes, notices } = await openCapture(await readBytes(path), basename(path), options);
  reportNotices(info.name, notices);
  return { info, bytes };
}

/** Says them on stderr; an error among them sets exit code 1. */
export function reportNotices(file: string, notices: readonly Notice[]): void {
  for (const { severity, text } of notices) {
    process.stderr.write(`gclens: ${file}: ${text}\n`);
    process.exitCode = severity === 'error' ? 1 : process.exitCode;
  }
}

/** The bytes of a file. @throws GclensError that names it */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const buffer = await readFile(path);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } catch (error) {
    throw new GclensError(describeFileError(error), { file: path });
  }
}

/** What `read` gives; a GclensError that it throws names the file. */
export async function naming<T>(file: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof GclensError ? error.with({ file }) : error;
  }
}

const fileErrors: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this file may not be read by this user',
  EISDIR: 'this is a folder; name the capture files in it',
  ERR_FS_FILE_TOO_LARGE: 'this file is larger than 2 GiB; cut the capture shorter',
};

function describeFileError(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return fileErrors[error.code] ?? `this file cannot be read (${error.code})`;
  }
  throw error;
}
