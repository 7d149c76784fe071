/**
 * The process in which cases run. What it does stands on file descriptor 3 before it does it, one JSON a line, so that a case that never ends, or ends
 * the process, is known by name. Started by fuzz.ts.
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';

import { Chance } from './chance';
import { Finding } from './check/finding';
import { OfficialTools } from './official';
import { type Target, targets } from './targets';

/** What to run: cases of one target, each fixture in turn. */
export interface Order {
  readonly target: string;
  readonly fixtures: readonly string[];
  readonly seed: string;
  /** First case. Case n is of fixture n modulo their number. */
  readonly from: number;
  readonly count: number;
  readonly milliseconds: number;
  /** Program to ask what the official tools say; '' for nobody. */
  readonly official: string;
  /** Runs on these bytes instead. */
  readonly replay?: string;
  readonly measuresMemory: boolean;
  /** Takes WebAssembly away, as some pages' CSP does. */
  readonly withoutWasm: boolean;
}

/** What a line on file descriptor 3 says. */
export type Report =
  | { readonly kind: 'begin'; readonly caseNumber: number; readonly fixture: string }
  | { readonly kind: 'end'; readonly caseNumber: number; readonly outcome: string }
  | { readonly kind: 'finding'; readonly caseNumber: number; readonly fixture: string; readonly what: string; readonly bytes: string };

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const official = order.official === '' ? null : new OfficialTools(order.official);
/** A case that takes so long longer than its fixture unchanged does too much work. */
const slowFactor = 25;
const slowFloorMs = 2500;
const mostTriesToMinimise = 150;
const mostMsToMinimise = 10_000;

function report(line: Report): void {
  writeSync(3, `${JSON.stringify(line)}\n`);
}

/** The input of a case: it depends on nothing but its name. */
export function makeCase(target: Target, { target: name, seed }: Order, fixture: string, caseNumber: number): Uint8Array {
  return target.make(fixture, new Chance(`${name} ${fixture} ${seed} ${caseNumber}`));
}

const describe = (error: unknown): string =>
  error instanceof Finding
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message).split('\n').slice(0, 8).join('\n')
      : String(error);

/** What makes two failures the same: the kind of error, and where it was thrown; numbers aside. */
const signatureOf = (error: unknown): string =>
  describe(error)
    .replace(/\d+/g, '0')
    .split(/\n/)
    .slice(0, 2)
    .join()
    .slice(0, error instanceof Finding ? 24 : 200);

/** What a check throws, or undefined. */
async function failureOf(target: Target, bytes: Uint8Array): Promise<unknown> {
  try {
    await target.check(bytes, official);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Leaves out pieces, large ones first, as long as the same goes wrong. */
async function minimise(target: Target, original: Uint8Array, failure: unknown): Promise<Uint8Array> {
  const signature = signatureOf(failure);
  const deadline = Date.now() + mostMsToMinimise;
  let bytes = original;
  let tries = 0;
  for (let size = Math.ceil(bytes.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = Math.max(0, bytes.length - size); at > 0; at -= size) {
      if (++tries > mostTriesToMinimise || Date.now() > deadline) {
        return bytes;
      }
      const shorter = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + size)]);
      const now = await failureOf(target, shorter);
      if (now !== undefined && signatureOf(now) === signature) {
        bytes = shorter;
      }
    }
  }
  return bytes;
}

/** Highest resident size since the last reset; undefined where the system does not say. */
function peakBytes(): number | undefined {
  try {
    const kibibytes = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Peaks then only rise, and show too much rather than too little.
  }
}

async function runCase(target: Target, bytes: Uint8Array, baselineMs: number): Promise<string> {
  const before = process.memoryUsage.rss();
  if (order.measuresMemory) {
    resetPeak();
  }
  const { user, system } = process.cpuUsage();
  const outcome = await target.check(bytes, official);
  const spent = process.cpuUsage();
  const ms = (spent.user + spent.system - user - system) / 1000;
  if (ms > slowFloorMs && ms > slowFactor * baselineMs) {
    throw new Finding(`slow: ${ms.toFixed(0)} ms of CPU for ${bytes.length} bytes; unchanged fixture: ${baselineMs.toFixed(0)} ms`);
  }
  const grown = order.measuresMemory ? (peakBytes() ?? 0) - before : 0;
  if (grown > target.memoryBound(bytes)) {
    throw new Finding(
      `memory: ${(grown / 2 ** 20).toFixed(0)} MiB more for ${bytes.length} bytes; bound ${(target.memoryBound(bytes) / 2 ** 20).toFixed(0)} MiB`,
    );
  }
  return outcome;
}

async function measureBaseline(target: Target, fixture: string): Promise<number> {
  const bytes = makeCase(target, order, fixture, -1);
  const { user, system } = process.cpuUsage();
  await failureOf(target, bytes);
  const spent = process.cpuUsage();
  return (spent.user + spent.system - user - system) / 1000;
}

async function run(): Promise<void> {
  const target = targets[order.target];
  if (target === undefined) {
    throw new Error(`no target ${order.target}`);
  }
  const baselines = new Map<string, number>();
  const deadline = Date.now() + order.milliseconds;
  for (let caseNumber = order.from; caseNumber < order.from + order.count && Date.now() < deadline; caseNumber++) {
    const fixture = order.fixtures[caseNumber % order.fixtures.length] ?? '';
    report({ kind: 'begin', caseNumber, fixture });
    const baseline = baselines.get(fixture) ?? (await measureBaseline(target, fixture));
    baselines.set(fixture, baseline);
    const bytes = order.replay === undefined ? makeCase(target, order, fixture, caseNumber) : new Uint8Array(readFileSync(order.replay));
    try {
      report({ kind: 'end', caseNumber, outcome: await runCase(target, bytes, baseline) });
    } catch (error) {
      const what = describe(error);
      const isSmallable = order.replay === undefined && !/^(slow|memory): /.test(what);
      const kept = isSmallable ? await minimise(target, bytes, error) : bytes;
      report({ kind: 'finding', caseNumber, fixture, what, bytes: Buffer.from(kept).toString('base64') });
    }
  }
  official?.close();
}

if (order.withoutWasm) {
  Reflect.deleteProperty(globalThis, 'WebAssembly');
}
await run();
