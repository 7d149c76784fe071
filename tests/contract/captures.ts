import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { CaptureFile } from '../../src/worker';

const root = join(__dirname, '../..');
const shared = join(root, '../shared/fixtures/services');
const services = existsSync(shared) ? shared : join(root, 'tests/fixtures/services');

/** Folders with a capture of one service each. */
export const captureFolders: readonly string[] = foldersWithTrace('').sort();

function foldersWithTrace(parent: string): string[] {
  return readdirSync(join(services, parent))
    .map((name) => join(parent, name))
    .filter((path) => statSync(join(services, path)).isDirectory())
    .flatMap((path) => (existsSync(join(services, path, 'trace.out')) ? [path] : foldersWithTrace(path)));
}

export function readCapture(folder: string, name: string): { readonly name: string; readonly file: Uint8Array } {
  return { name, file: new Uint8Array(readFileSync(join(services, folder, name))) };
}

/** The files of a capture that exist among these. */
export function readCaptures(folder: string, names: readonly string[]): CaptureFile[] {
  return names.filter((name) => existsSync(join(services, folder, name))).map((name) => readCapture(folder, name));
}

/** The reference answers beside a capture; undefined where only a copy of the capture is there. */
export function readFacts(folder: string): unknown {
  const path = join(services, folder, 'facts.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
