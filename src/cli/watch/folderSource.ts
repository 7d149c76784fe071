import type { Dirent } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { GclensError } from '../../base';
import { pathIn } from '../../capture';
import { errorCode } from '../errorCode';
import { Gone, type Source, type SourceFile, TooLarge, Unreachable } from './source';

/** A folder with all folders in it. Names that begin with a dot are left alone: programs write there what they rename into place. */
export class FolderSource implements Source {
  constructor(private readonly folder: string) {}

  async list(): Promise<readonly SourceFile[]> {
    return this.filesOf(await this.entriesOf(this.folder, true), '');
  }

  async listFolder(folder: string, start: string): Promise<readonly SourceFile[]> {
    return this.filesOf(await this.entriesOf(this.pathOf(folder), false), pathIn(folder, start));
  }

  async read(name: string, maxBytes: number): Promise<Uint8Array> {
    return this.reading(name, async (handle) => {
      if ((await handle.stat()).size > maxBytes) {
        throw new TooLarge();
      }
      const buffer = await handle.readFile();
      return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    });
  }

  async readStart(name: string, sizeBytes: number): Promise<Uint8Array> {
    return this.reading(name, async (handle) => {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(sizeBytes), 0, sizeBytes, 0);
      return buffer.subarray(0, bytesRead);
    });
  }

  /** The folder is the bucket. */
  nameOf(_: string, key: string): string {
    return key;
  }

  private async entriesOf(path: string, recursive: boolean): Promise<Dirent[]> {
    try {
      return await readdir(path, { recursive, withFileTypes: true });
    } catch (error) {
      throw new GclensError(`this folder cannot be read (${errorCode(error)})`, { file: path });
    }
  }

  private async filesOf(entries: readonly Dirent[], prefix: string): Promise<SourceFile[]> {
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

  private async reading<T>(name: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(this.pathOf(name), 'r');
      return await read(handle);
    } catch (error) {
      if (error instanceof TooLarge) {
        throw error;
      }
      throw errorCode(error) === 'ENOENT' ? new Gone('there is no such file') : new Unreachable(`it cannot be read (${errorCode(error)})`);
    } finally {
      await handle?.close();
    }
  }

  private pathOf(name: string): string {
    return join(this.folder, ...name.split('/'));
  }
}
