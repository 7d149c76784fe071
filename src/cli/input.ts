import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { GclensError, type Notice, type WorkOptions } from '../base';
import {
  type CaptureKind,
  fetchAsk,
  fileNameOf,
  kindNames,
  openCapture,
  type OpenedCapture,
  readBody,
  refuseForeign,
  request,
} from '../capture';

/** Larger files are not fetched. */
const maxFetchedBytes = 2 ** 31;

/** How messages call a file or address that is alone. */
export function nameOfInput(path: string): string {
  return isAddress(path) ? fileNameOf(new URL(path).pathname) : basename(path);
}

/** Whether an argument is an http address rather than a path. */
export function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path) && URL.canParse(path);
}

/**
 * Reads and opens the file at `path`, or at an http address. What is wrong with its gzip goes to stderr and sets exit code 1, also where all of the capture
 * can be read: the file is damaged.
 * @param name how messages call it
 * @throws GclensError that names the file when it cannot be read or is no capture
 */
export async function readCapture(path: string, options: WorkOptions = {}, name = nameOfInput(path)): Promise<OpenedCapture> {
  const opened = await openCapture(await readBytes(path), name, options);
  reportDamage(opened.info.name, opened.notices);
  return opened;
}

/** What a capture is, as a noun phrase. */
export function describeKind(kind: CaptureKind): string {
  const article = { pprof: 'a ', 'trace-v1': 'an ', 'trace-v2': 'an ', 'otlp-spans': '' }[kind];
  return `${article}${kindNames[kind]}`;
}

/** Says on stderr what is broken in a file of which the rest is used; sets exit code 1. */
export function reportDamage(file: string, notices: readonly Notice[]): void {
  reportNotices(
    file,
    notices.map(({ text }) => ({ severity: 'error', text })),
  );
}

/** Says them on stderr; an error among them sets exit code 1. */
export function reportNotices(file: string, notices: readonly Notice[]): void {
  for (const { severity, text } of notices) {
    process.stderr.write(`gclens: ${file}: ${text}\n`);
    process.exitCode = severity === 'error' ? 1 : process.exitCode;
  }
}

/** The bytes of a file, or of what an http address answers. @throws GclensError that names it */
export async function readBytes(path: string): Promise<Uint8Array> {
  if (isAddress(path)) {
    return fetchBytes(path);
  }
  try {
    const buffer = await readFile(path);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } catch (error) {
    throw new GclensError(describeFileError(error), { file: path });
  }
}

async function fetchBytes(address: string): Promise<Uint8Array> {
  const name = nameOfInput(address);
  const asked = { name, isProxied: false, timeoutSeconds: Infinity };
  const good = await request(fetchAsk(address), { method: 'GET', path: '' }, asked);
  const bytes = await readBody(good.answer, { name, maxBytes: maxFetchedBytes });
  refuseForeign(good, bytes, asked);
  return bytes;
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
  EISDIR: 'this is a folder; name the files in it',
  ERR_FS_FILE_TOO_LARGE: 'this file is larger than 2 GiB; cut the capture shorter',
};

function describeFileError(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return fileErrors[error.code] ?? `this file cannot be read (${error.code})`;
  }
  throw error;
}
