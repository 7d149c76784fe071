import { GclensError } from '../base';
import { openCapture } from '../capture';
import { describeView, type ViewQuery } from '../frames';
import type { CaptureFile } from '../worker';
import { nameOfInput, readBytes, reportDamage } from './input';

/** A file in memory. */
export interface OpenFile extends CaptureFile {
  readonly file: Uint8Array;
}

/** Reads files, or what http addresses answer. @throws GclensError that names the file */
export async function readFiles(paths: readonly string[], names: ReadonlyMap<string, string>): Promise<OpenFile[]> {
  const files: OpenFile[] = [];
  for (const path of paths) {
    files.push({ name: names.get(path) ?? nameOfInput(path), file: await readBytes(path) });
  }
  return files;
}

/**
 * Says on stderr what follows whole gzip data; sets exit code 1. In the frames it is a warning, as nothing is missing; a shell is to know by the exit code that
 * the file is damaged. Errors of the gzip are those of the frames.
 */
export async function reportGzip(files: readonly OpenFile[]): Promise<void> {
  for (const { name, notices } of await openAll(files.filter(({ file: [first, second] }) => first === 0x1f && second === 0x8b))) {
    reportDamage(
      name,
      notices.filter(({ severity }) => severity === 'warning'),
    );
  }
}

/** Whether a view cannot answer for want of files that it takes, however whole those are that it was given. */
export async function lacksFiles({ view }: ViewQuery, files: readonly OpenFile[], baseline: readonly OpenFile[]): Promise<boolean> {
  if (view === 'auto') {
    return false;
  }
  const opened = await openAll([...files, ...baseline]);
  if (opened.length < files.length + baseline.length) {
    return false;
  }
  const hasTrace = opened.slice(0, files.length).some(({ kind }) => kind === 'trace-v1' || kind === 'trace-v2');
  return (describeView(view).needsTrace === true && !hasTrace) || (view === 'compare' && baseline.length === 0);
}

/** The files that can be opened; what is wrong with the others, the decoder says. */
async function openAll(files: readonly OpenFile[]) {
  const opened = [];
  for (const { file, name } of files) {
    try {
      const { info, notices } = await openCapture(file, name);
      opened.push({ name, kind: info.kind, notices });
    } catch (error) {
      if (!(error instanceof GclensError)) {
        throw error;
      }
    }
  }
  return opened;
}
