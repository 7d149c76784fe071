import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { GclensError } from '../../base';
import { errorCode } from '../errorCode';
import { Gone, type Source, type SourceFile, TooLarge, Unreachable } from './source';

/** A folder with all folders in it. Names that begin with a dot are left alone: programs write there what they rename into place. */
export class FolderSource implements Source {
  constructor(private readonly folder: string) {}

  async list(_: AbortSignal, prefix = ''): Promise<readonly SourceFile[]> {
    let entries;
    try {
      entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    } catch (error) {
      throw new GclensError(`this folder cannot be read (${errorCode(error)})`, { file: this.folder });
    }
    const files: SourceFile[] = [];
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const name = relative(this.folder, path).split(sep).join('/');
      const isMeant = entry.isFile() && name.startsWith(prefix) && !/(^|\/)\./.test(name);
      const found = isMeant ? await stat(path, { bigint: true }).catch(() => null) : null;
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

  async read(name: string, maxBytes: number): Promise<Uint8Array> {
    try {
      return await this.readFile(name, maxBytes);
    } catch (error) {
      if (error instanceof TooLarge) {
        throw error;
      }
      throw errorCode(error) === 'ENOENT' ? new Gone('there is no such file') : new Unreachable(`it cannot be read (${errorCode(error)})`);
    }
  }

  /** The folder is the bucket. */
  nameOf(_: string, key: string): string {
    return key;
  }

  private async readFile(name: string, maxBytes: number): Promise<Uint8Array> {
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
