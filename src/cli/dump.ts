import { once } from 'node:events';

import type { Command } from 'commander';

import { decodeTrace, formatParsed, wallFormatter } from '../gotrace';
import { describeKind, naming, readCapture } from './input';
import { localTimeZone } from './localTime';
import { WrongUse } from './wrongUse';

/** `gclens dump FILE`: stdout is what `go tool trace -d=parsed FILE` prints; the same file is refused with the same words. */
export function registerDump(program: Command): void {
  program
    .command('dump')
    .description('print the events of an execution trace as `go tool trace -d=parsed` does')
    .argument('<trace>', 'execution trace')
    .action(dump);
}

/** @throws GclensError that names the file, after what came before the damage was printed */
async function dump(path: string): Promise<void> {
  const { bytes, info } = await readCapture(path);
  const { kind, name: file } = info;
  if (kind === 'pprof' || kind === 'otlp-spans') {
    throw new WrongUse('this is no execution trace', { file, looksLike: describeKind(kind), advice: 'give a file of runtime/trace' });
  }
  const trace = await naming(file, () => decodeTrace(bytes));
  for (const chunk of formatParsed(trace, wallFormatter(await localTimeZone()))) {
    if (!process.stdout.write(chunk)) {
      await once(process.stdout, 'drain');
    }
  }
  if (trace.damage !== null) {
    throw trace.damage.with({ file });
  }
}
