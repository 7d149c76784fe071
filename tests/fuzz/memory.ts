/**
 * `npm run fuzz:memory -- [--megabytes N] [SHAPE…]`: the memory that the built package takes to decode each dense trace, in a process of its own, beside the
 * bound: twice the file, 16 bytes an event and 150 MB. Exit code 1 when one is above.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Decoded } from './decodeAlone.mjs';
import { denseTraces } from './denseTraces';

const makers = new Map<string, (bytes: number) => Uint8Array>(Object.entries(denseTraces));

const { values, positionals } = parseArgs({ allowPositionals: true, options: { megabytes: { type: 'string', default: '16' } } });

/** Decodes a trace of a shape. @returns whether it stays within the bound */
function measure(name: string, bytes: number, path: string): boolean {
  const file = makers.get(name)?.(bytes);
  if (file === undefined) {
    throw new Error(`no shape ${name}; there are: ${[...makers.keys()].join(', ')}`);
  }
  writeFileSync(path, file);
  const said = execFileSync(process.execPath, [join(import.meta.dirname, 'decodeAlone.mjs'), path], { encoding: 'utf8' });
  const { events, outcome, peakBytes, ms } = JSON.parse(said) as Decoded;
  const bound = 2 * file.length + 16 * events + 150e6;
  const isWithin = peakBytes <= bound;
  const numbers = [peakBytes, bound].map((size) => (size / 1e6).toFixed(0)).join(' of ');
  process.stdout.write(`${isWithin ? '     ' : 'OVER '}${name}: ${numbers} MB, ${events} events, ${ms.toFixed(0)} ms, ${outcome}\n`);
  return isWithin;
}

const folder = mkdtempSync(join(tmpdir(), 'gclens-memory-'));
const shapes = positionals.length > 0 ? positionals : [...makers.keys()];
const within = shapes.map((name) => measure(name, Number(values.megabytes) * 1e6, join(folder, 'dense.trace')));
rmSync(folder, { recursive: true });
process.exitCode = within.every(Boolean) ? 0 : 1;
