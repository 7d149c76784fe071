import { ns } from '../base';
import type { ClockSnapshot, StringIndex, Trace } from '../gotrace';
import type { LogTable, WallAnchor } from './facts';

/** Clocks from outside of the trace, for traces without one. */
export interface WallOptions {
  /** time_nanos of a CPU profile taken with the trace; 0n when unknown. */
  readonly profileTimeUnixNs?: bigint;
  /** When the trace began, as the user says. */
  readonly wallUnixNs?: bigint;
}

const precisionNs: Readonly<Record<WallAnchor['source'], number>> = {
  /** Trace, monotonic and wall clock are read one after the other. */
  snapshot: 1e6,
  /** The log is written after the clock was read; with a descheduled goroutine in between tens of ms were seen. */
  'crdb.exectrace.meta': 5e7,
  /** The profile starts beside the trace, not with it: usually 10 ms apart, 40 ms where starting the trace had to wait for a busy machine. */
  pprof: 5e7,
  user: 1e9,
};

/** What turns trace time into wall time, by the first source there is (facts.md section 1); null without. */
export function findWallAnchor(trace: Trace, startNs: number, logs: LogTable, options: WallOptions): WallAnchor | null {
  const snapshot = firstSnapshot(trace);
  if (snapshot !== null) {
    return anchor('snapshot', snapshot.timeNs, snapshot.wallUnixNs);
  }
  return anchorFromLog(trace, logs) ?? anchorFromOutside(startNs, options);
}

/** The first log that tells a time. */
function anchorFromLog({ strings }: Trace, { category, timeNs, message }: LogTable): WallAnchor | null {
  const meta = strings.find('crdb.exectrace.meta');
  if (meta === undefined) {
    return null;
  }
  for (let log = category.indexOf(meta); log >= 0; log = category.indexOf(meta, log + 1)) {
    const unixNs = wallclockOf(strings.textOf((message[log] ?? 0) as StringIndex));
    if (unixNs !== null) {
      return anchor('crdb.exectrace.meta', timeNs[log] ?? 0, unixNs);
    }
  }
  return null;
}

/** The moment at which a trace began, by what is known beside it; null without. */
export function anchorFromOutside(startNs: number, options: WallOptions): WallAnchor | null {
  if (options.profileTimeUnixNs !== undefined && options.profileTimeUnixNs !== 0n) {
    return anchor('pprof', startNs, options.profileTimeUnixNs);
  }
  return options.wallUnixNs === undefined ? null : anchor('user', startNs, options.wallUnixNs);
}

function anchor(source: WallAnchor['source'], traceNs: number, unixNs: bigint): WallAnchor {
  return { source, traceNs: ns(traceNs), unixNs, precisionNs: precisionNs[source] };
}

function wallclockOf(json: string): bigint | null {
  const meta = parseJson(json);
  if (typeof meta === 'object' && meta !== null && 'wallclock' in meta && typeof meta.wallclock === 'string') {
    return parseRfc3339(meta.wallclock);
  }
  return null;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** Unix ns of an RFC 3339 time with up to nine digits of fraction, null when it is none. */
export function parseRfc3339(text: string): bigint | null {
  const parts = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/.exec(text);
  if (parts === null) {
    return null;
  }
  const [, date, time, fraction = '', zone = 'Z'] = parts;
  const milliseconds = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(milliseconds) ? null : BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function firstSnapshot({ syncs }: Trace): ClockSnapshot | null {
  for (const { snapshot } of syncs) {
    if (snapshot !== null) {
      return snapshot;
    }
  }
  return null;
}
