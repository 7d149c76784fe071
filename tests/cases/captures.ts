import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openCapture } from '../../src/capture';
import { analyzeTrace, type AnalyzedTrace, type Capture } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';
import { decodeProfile, type Profile } from '../../src/pprof';
import type { CaptureFile } from '../../src/worker';

const fixtures = join(__dirname, '../fixtures');

/** Files of a folder of fixtures: `cases/NAME` were recorded by `workload/`, `services/NAME` by a service under load. */
export function caseFiles(folder: string, names: readonly string[]): CaptureFile[] {
  return names.map((name) => ({ name, file: readBytes(folder, name) }));
}

function readBytes(folder: string, name: string): Uint8Array {
  const path = join(fixtures, folder, name);
  return new Uint8Array(readFileSync(existsSync(path) ? path : `${path}.gz`));
}

export async function readProfileOf(folder: string, name: string): Promise<Profile> {
  return decodeProfile((await openCapture(readBytes(folder, name), name)).bytes);
}

export async function readTraceOf(folder: string): Promise<AnalyzedTrace> {
  return analyzeTrace(await decodeTrace((await openCapture(readBytes(folder, 'trace.out'), 'trace.out')).bytes));
}

/** The trace of a folder and profiles beside it, as commands and frames take them. */
export async function readCapturesOf(folder: string, profiles: readonly string[] = []): Promise<Capture[]> {
  const captures: Capture[] = [{ kind: 'trace', sha256: folder, name: 'trace.out', analyzed: await readTraceOf(folder) }];
  for (const name of profiles) {
    captures.push({ kind: 'pprof', sha256: `${folder}/${name}`, name, profile: await readProfileOf(folder, name) });
  }
  return captures;
}
