import { ns } from '../base';
import type { StackIndex, Trace } from '../gotrace';
import type { Log, MapInterval, Region } from './facts';

/**
 * Map activity known as intervals, in order of their start (facts.md section 9): regions whose type says so, and logs that begin with `map_` or `map.`,
 * of which a pair `map_range_start` … `map_range_end` on one goroutine is an interval and any other an instant.
 */
export function mapIntervals(trace: Trace, regions: readonly Region[], logs: readonly Log[]): MapInterval[] {
  return [...regionIntervals(regions), ...logIntervals(trace, logs)].sort((a, b) => a.startNs - b.startNs);
}

function regionIntervals(regions: readonly Region[]): MapInterval[] {
  return regions
    .filter((region) => region.isMap)
    .map(({ type, goroutine, task, startNs, endNs, stack, cutStart, cutEnd }) => ({
      evidence: 'region',
      name: type,
      goroutine,
      task,
      startNs,
      endNs,
      stack,
      cutStart,
      cutEnd,
    }));
}

function logIntervals(trace: Trace, logs: readonly Log[]): MapInterval[] {
  const intervals: MapInterval[] = [];
  /** By goroutine: rows of `intervals` that wait for their end, outermost first. */
  const started = new Map<number, number[]>();
  for (const log of logs) {
    const name = mapNameOf(trace, log);
    if (name === null) {
      continue;
    }
    const open = started.get(log.goroutine) ?? [];
    const row = name === 'map_range_end' ? open.pop() : undefined;
    const start = row === undefined ? undefined : intervals[row];
    if (row !== undefined && start !== undefined) {
      intervals[row] = { ...start, name: 'map_range', endNs: log.timeNs };
      continue;
    }
    if (name === 'map_range_start') {
      open.push(intervals.length);
      started.set(log.goroutine, open);
    }
    intervals.push(instant(trace, log, name));
  }
  return intervals;
}

function instant(trace: Trace, log: Log, name: string): MapInterval {
  return {
    evidence: 'log',
    name,
    goroutine: log.goroutine,
    task: log.task,
    startNs: ns(log.timeNs),
    endNs: ns(log.timeNs),
    stack: trace.events.stackAt(log.event) as StackIndex,
    cutStart: false,
    cutEnd: false,
  };
}

const pairNames = /^map_range_(?:start|end)/;

/** What a log calls its map activity, null when it is about something else. A message may hold a pair's name after another category. */
function mapNameOf(trace: Trace, log: Log): string | null {
  const message = startsWithMap(trace.strings.bytesOf(log.message)) ? trace.strings.textOf(log.message) : null;
  const category = /^map[_.]/.test(log.category) ? log.category : null;
  const pair = pairNames.exec(category ?? '') ?? pairNames.exec(message ?? '');
  return pair?.[0] ?? category ?? message;
}

/** Whether a message begins with `map_` or `map.`, without decoding it: most messages do not. */
function startsWithMap(message: Uint8Array): boolean {
  return message[0] === 0x6d && message[1] === 0x61 && message[2] === 0x70 && (message[3] === 0x5f || message[3] === 0x2e);
}
