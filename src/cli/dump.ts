import { once } from 'node:events';

import type { Command } from 'commander';

import { GclensError } from '../base';
import { decodeTrace, formatParsed } from '../gotrace';
import { readCapture } from './input';

/** `gclens dump FILE`: stdout is what `go tool trace -d=parsed FILE` prints; the same file is refused with the same words. */
export function registerDump(program: Command): void {
  program
    .command('dump')
    .description('print the events of an execution trace as `go tool trace -d=parsed` does')
    .argument('<trace>', 'execution trace')
    .action(dump);
}

async function dump(path: string): Promise<void> {
  const { bytes, info } = await readCapture(path);
  if (info.kind !== 'trace-v1' && info.kind !== 'trace-v2') {
    throw new GclensError('this is no execution trace', { file: path, looksLike: info.kind, advice: 'dump prints execution traces' });
  }
  const trace = await decodeTrace(bytes);
  for (const chunk of formatParsed(trace)) {
    if (!process.stdout.write(chunk)) {
      await once(process.stdout, 'drain');
    }
  }
  if (trace.damage !== null) {
    throw trace.damage.with({ file: path });
  }
}
