import { constants } from 'node:fs';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describeLiveProfile, liveProfiles } from '../capture';
import { writingTo } from './outputError';

/** What became of a folder that files of a capture were written to. */
export interface Written {
  readonly paths: readonly string[];
  /** Names of files that were there before and are those of this capture now. */
  readonly replaced: readonly string[];
  /** Names of files that an earlier capture left there and this one did not take anew: of another moment than the rest. */
  readonly earlier: readonly string[];
}

/** Makes a folder unless it is there. @throws GclensError when files cannot be written to it */
export async function prepareFolder(folder: string): Promise<void> {
  await writingTo(folder, async () => {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  });
}

/** Writes the files of one capture. @throws GclensError that names the one that cannot be written */
export async function writeCapture(
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<Written> {
  const before = await writingTo(folder, () => readdir(folder));
  const names = new Set(files.map(({ name }) => name));
  const paths: string[] = [];
  for (const { name, bytes } of files) {
    const path = join(folder, name);
    await writingTo(path, () => writeFile(path, bytes));
    paths.push(path);
  }
  const usual = new Set(liveProfiles.map((profile) => describeLiveProfile(profile).fileName));
  return {
    paths,
    replaced: before.filter((name) => names.has(name)),
    earlier: before.filter((name) => usual.has(name) && !names.has(name)),
  };
}
