import { GclensError } from '../../../src/base';
import {
  decodeTrace,
  type EventTable,
  formatParsed,
  GoState,
  newTransition,
  NONE,
  ProcState,
  readTransition,
  type Trace,
} from '../../../src/gotrace';
import { isLenient } from '../../oracle/leniences';
import { noAnswer, type OfficialAnswer, type OfficialTools } from '../official';
import { compareListing } from './compareListing';
import { demand, demandReadable, Finding, readable } from './finding';

/** Decodes and reads everything that stands in a trace. @returns what became of it, in a word or the error's */
export async function checkTrace(bytes: Uint8Array, official: OfficialTools | null): Promise<string> {
  const trace = await readable(() => decodeTrace(bytes));
  if (trace instanceof GclensError) {
    if (official !== null) {
      await compareWithOfficial(bytes, { stdout: Buffer.alloc(0), error: trace.reason, hasUnknownExperiment: false }, official);
    }
    return trace.reason;
  }
  checkEvents(trace);
  await compareKernels(bytes, trace);
  const chunks: Uint8Array[] = [];
  for (const chunk of formatParsed(trace)) {
    chunks.push(chunk);
  }
  const { damage } = trace;
  if (damage !== null) {
    demandReadable(damage);
    demand((damage.details.offset ?? 0) <= bytes.length, () => `damage behind the end of the file: ${damage.message}`);
  }
  if (official !== null) {
    const hasUnknownExperiment = [...trace.experimentalBatches].some(({ experiment }) => experiment > lastKnownExperiment);
    await compareWithOfficial(bytes, { stdout: Buffer.concat(chunks), error: damage?.reason ?? null, hasUnknownExperiment }, official);
  }
  return damage?.reason ?? 'read whole';
}

/** The kernel as JavaScript gives what the kernel as WASM gives. */
async function compareKernels(bytes: Uint8Array, trace: Trace): Promise<void> {
  const other = await decodeTrace(bytes, { kernel: 'javascript' });
  const columnsOf = ({ events, stacks }: Trace) => {
    const { type, timeLowNs, goroutine, context, offset } = events.rows;
    const columns = [type, timeLowNs, goroutine, context, offset].map((column) => column.subarray(0, events.length));
    return [...columns, stacks.frame, stacks.frameStart].map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength));
  };
  const others = columnsOf(other);
  demand(
    columnsOf(trace).every((column, n) => column.equals(others[n] ?? Buffer.alloc(0))),
    () => 'the kernel as JavaScript puts events in another order than as WASM',
  );
  const told = ({ strings, damage }: Trace) => `${strings.length} strings; ${damage?.message ?? 'read whole'}`;
  demand(told(trace) === told(other), () => `WASM: ${told(trace)}; JavaScript: ${told(other)}`);
}

/** Rules that hold in every ordered trace; go-execution-trace.md section 10.5. */
function checkEvents(trace: Trace): void {
  const { events, stacks, strings, bytes } = trace;
  // A row takes two bytes or more; a switch of coroutines makes three rows of four.
  demand(events.length <= bytes.length, () => `${events.length} events from ${bytes.length} bytes`);
  const transition = newTransition();
  const goroutines = new Map<number, GoState | ProcState>();
  const procs = new Map<number, GoState | ProcState>();
  let lastNs = -Infinity;
  for (let event = 0; event < events.length; event++) {
    const timeNs = events.timeNsAt(event);
    // Beyond 2^53 neighbours are one double.
    demand(timeNs > lastNs || Math.abs(timeNs) >= 2 ** 53, () => `event ${event} at ${timeNs} ns does not follow ${lastNs} ns`);
    lastNs = timeNs;
    demand(events.stackAt(event) < stacks.length, () => `event ${event} has stack ${events.stackAt(event)} of ${stacks.length}`);
    const offset = events.rows.offset[event] ?? noArguments;
    demand(offset <= bytes.length || offset === noArguments, () => `event ${event} has arguments at ${offset} of ${bytes.length} bytes`);
    checkRow(events, event);
    if (!readTransition(trace, event, transition)) {
      continue;
    }
    const { resource, id, from, to } = transition;
    demand(transition.reason < strings.length && transition.stack < stacks.length, () => `event ${event} names what does not exist`);
    // Ids beyond 2^53 may be one double. Of format v1 the ends of system calls are moved to when they happened, whatever came between.
    if (Math.abs(id) < 2 ** 53 && trace.goVersion >= 22) {
      const states = resource === 'goroutine' ? goroutines : procs;
      const known = states.get(id);
      demand(
        known === undefined ||
          from === GoState.Undetermined ||
          known === from ||
          known === GoState.Undetermined ||
          isPromotion(resource, known, from),
        () => `event ${event}: ${resource} ${id} goes from ${from} to ${to}, but was in ${String(known)}`,
      );
      states.set(id, to);
    }
  }
  checkTables(trace);
}

/** The columns of a row say what the methods say. */
function checkRow(events: EventTable, event: number): void {
  const { type, timeLowNs, goroutine, goroutineIds, context, contextProc, offset, wire } = events.rows;
  const slot = goroutine[event] ?? 0;
  const low = ((events.timeNsAt(event) % 2 ** 32) + 2 ** 32) % 2 ** 32;
  const holds =
    type[event] === events.typeAt(event) &&
    (timeLowNs[event] === low || events.timeNsAt(event) >= 2 ** 53) &&
    (slot === 0 ? NONE : goroutineIds[slot - 1]) === events.goroutineAt(event) &&
    contextProc[context[event] ?? 0] === events.procAt(event) &&
    (offset[event] === 2 ** 32 - 1 || (offset[event] ?? 0) < wire.length);
  demand(holds, () => `the columns of event ${event} say other than its methods`);
}

/** A proc that a status finds in an abandoned syscall was idle or running, by what happened to its thread. */
function isPromotion(resource: string, known: number, from: number): boolean {
  return resource === 'proc' && [known, from].every((state) => state === ProcState.Idle || state === ProcState.Running);
}

function checkTables({ stacks, strings }: Trace): void {
  const { frameStart, frame, frames } = stacks;
  for (let stack = 0; stack < stacks.length; stack++) {
    demand((frameStart[stack] ?? 0) <= (frameStart[stack + 1] ?? 0), () => `stack ${stack} ends before it begins`);
  }
  for (let index = 0; index < (frameStart[stacks.length] ?? 0); index++) {
    const row = frame[index] ?? 0;
    demand(row < frames.length, () => `a stack names frame ${row} of ${frames.length}`);
    demand((frames.function[row] ?? 0) < strings.length && (frames.file[row] ?? 0) < strings.length, () => `frame ${row} names no string`);
  }
}

/**
 * The error in one line. Of a trace that cannot go on, the official reader lists its whole state, in an order that changes from run to run; and it names any of
 * several stacks whose strings are missing.
 */
function oneLine(stderr: string): string {
  return stderr
    .replace(/\s+/g, ' ')
    .replace(/(frontier: \[gen=\d+\]).*/, '$1')
    .replace(/(found invalid \w+ string ID) \d+ for stack \d+/, '$1')
    .trim();
}

interface Said {
  readonly stdout: Buffer;
  readonly error: string | null;
  readonly hasUnknownExperiment: boolean;
}

function oneLineOf({ error }: Said): string | null {
  return error === null ? null : oneLine(error);
}

/** The alloc/free experiment. */
const lastKnownExperiment = 1;
/** Of rows without bytes. */
const noArguments = 2 ** 32 - 1;

/** Of format v1 the official reader takes threads in random order, and so names another error of several at every run. */
const mostAnswers = 12;

async function compareWithOfficial(bytes: Uint8Array, said: Said, official: OfficialTools): Promise<void> {
  const isV1 = /^go 1\.(11|19|21) trace/.test(Buffer.from(bytes.subarray(0, 16)).toString('latin1'));
  for (let left = isV1 && said.error !== null ? mostAnswers : 1; left > 0; left--) {
    const answer = await official.trace(bytes);
    if (left === 1 || answer.panicked || answer.exitCode === noAnswer || oneLine(answer.stderr) === oneLineOf(said)) {
      compareAnswer(answer, said, isV1);
      return;
    }
  }
}

function compareAnswer({ stdout, stderr, exitCode, panicked }: OfficialAnswer, said: Said, isV1: boolean): void {
  if (exitCode === noAnswer) {
    return;
  }
  if (panicked) {
    const isKept = isLenient('unknown experiment') && said.hasUnknownExperiment;
    demand(said.error !== null || isKept, () => `the official tool crashes (${stderr.split('\n', 1)[0]}) where gclens accepts the file`);
    return;
  }
  const error = exitCode === 0 ? null : oneLine(stderr);
  const difference = compareListing(stdout, said.stdout, isV1);
  if (error !== oneLineOf(said) || difference !== null) {
    throw new Finding(
      `official: ${error ?? 'read whole'}; gclens: ${said.error ?? 'read whole'}; ${difference ?? 'the same lines before'}`,
    );
  }
}
