import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { GclensError } from '../../base';
import { type Source, type SourceFile, TooLarge } from './source';

/** A folder with all folders in it. Names that begin with a dot are left alone: programs write there what they rename into place. */
export class FolderSource implements Source {
  constructor(private readonly folder: string) {}

  async list(): Promise<readonly SourceFile[]> {
    let entries;
    try {
      entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    } catch (error) {
      throw new GclensError(`this folder cannot be read (${codeOf(error)})`, { file: this.folder });
    }
    const files: SourceFile[] = [];
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const name = relative(this.folder, path).split(sep).join('/');
      const found = entry.isFile() && !/(^|\/)\./.test(name) ? await stat(path, { bigint: true }).catch(() => null) : null;
      if (found !== null) {
        files.push({
          name,
          sizeBytes: Number(found.size),
          version: `${found.size}:${found.mtimeNs}`,
          modifiedUnixMs: Number(found.mtimeMs),
        });
      }
    }
    return files;
  }

  async read({ name }: SourceFile, maxBytes: number): Promise<Uint8Array> {
    const handle = await open(join(this.folder, ...name.split('/')), 'r');
    try {
      if ((await handle.stat()).size > maxBytes) {
        throw new TooLarge();
      }
      const buffer = await handle.readFile();
      return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    } finally {
      await handle.close();
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
