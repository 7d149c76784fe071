import { GclensError } from '../base';
import { errorCode } from './errorCode';
import { WrongUse } from './wrongUse';

/** What was named is of the wrong kind: nothing but another name helps. */
const misnamed: Readonly<Record<string, string>> = {
  EEXIST: 'this is a file; name a folder',
  ENOTDIR: 'a file is where a folder has to be; name another',
  EISDIR: 'this is a folder; name a file',
};

const hindrances: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'there is no space left',
};

/** What writing a file or folder failed by, as users may see it; what is no error of the system is given back. */
export function outputError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (error instanceof GclensError || !/^E[A-Z0-9]+$/.test(code)) {
    return error;
  }
  return misnamed[code] === undefined
    ? new GclensError(`it cannot be written: ${hindrances[code] ?? 'the system refuses'} (${code})`, { file: path })
    : new WrongUse(misnamed[code], { file: path });
}

/** What `write` gives. @throws GclensError that names the path and what keeps it from being written; WrongUse where it is of the wrong kind */
export async function writingTo<T>(path: string, write: () => T | Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw outputError(error, path);
  }
}
