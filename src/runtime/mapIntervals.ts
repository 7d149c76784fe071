import { ns } from '../base';
import type { StringIndex, Trace } from '../gotrace';
import { growColumns, resizeColumns } from './columns';
import type { LogTable, MapInterval, MapIntervalColumns, MapIntervalTable, RegionTable } from './facts';

/**
 * Map activity known as intervals, in order of their start (facts.md section 9): regions whose type says so, and logs that begin with `map_` or `map.`,
 * of which a pair `map_range_start` … `map_range_end` on one goroutine is an interval and any other an instant.
 */
export function mapIntervals(trace: Trace, regions: RegionTable, logs: LogTable): MapIntervalTable {
  const ofLogs = logIntervals(trace, logs);
  const all = new IntervalCollector();
  let nextLog = 0;
  for (let region = 0; region < regions.length; region++) {
    if (regions.isMap[region] === 1) {
      const startNs = regions.startNs[region] ?? 0;
      for (; nextLog < ofLogs.length && (ofLogs.columns.startNs[nextLog] ?? 0) < startNs; nextLog++) {
        all.copy(ofLogs, nextLog);
      }
      all.add(region, 0, regions.goroutine[region] ?? 0, startNs, regions.endNs[region] ?? 0);
    }
  }
  for (; nextLog < ofLogs.length; nextLog++) {
    all.copy(ofLogs, nextLog);
  }
  const columns = resizeColumns(all.columns, all.length);
  return { ...columns, length: all.length, at: (row) => intervalAt(trace, regions, logs, columns, row) };
}

class IntervalCollector {
  length = 0;
  columns = {
    source: new Uint32Array(64),
    isLog: new Uint8Array(64),
    goroutine: new Float64Array(64),
    startNs: new Float64Array(64),
    endNs: new Float64Array(64),
  };

  add(source: number, isLog: 0 | 1, goroutine: number, startNs: number, endNs: number): void {
    if (this.length === this.columns.source.length) {
      this.columns = growColumns(this.columns);
    }
    const { columns } = this;
    const row = this.length++;
    columns.source[row] = source;
    columns.isLog[row] = isLog;
    columns.goroutine[row] = goroutine;
    columns.startNs[row] = startNs;
    columns.endNs[row] = endNs;
  }

  copy({ columns }: IntervalCollector, row: number): void {
    this.add(
      columns.source[row] ?? 0,
      columns.isLog[row] === 1 ? 1 : 0,
      columns.goroutine[row] ?? 0,
      columns.startNs[row] ?? 0,
      columns.endNs[row] ?? 0,
    );
  }
}

function logIntervals(trace: Trace, logs: LogTable): IntervalCollector {
  const intervals = new IntervalCollector();
  const kinds = new LogKinds(trace);
  /** By goroutine: rows of `intervals` that wait for their end, outermost first. */
  const started = new Map<number, number[]>();
  for (let log = 0; log < logs.length; log++) {
    const kind = kinds.kindOf(logs.category[log] ?? 0, logs.message[log] ?? 0);
    if (kind === 'other') {
      continue;
    }
    const timeNs = logs.timeNs[log] ?? 0;
    const goroutine = logs.goroutine[log] ?? 0;
    const open = started.get(goroutine) ?? [];
    const start = kind === 'end' ? open.pop() : undefined;
    if (start !== undefined) {
      intervals.columns.endNs[start] = timeNs;
      continue;
    }
    if (kind === 'start') {
      open.push(intervals.length);
      started.set(goroutine, open);
    }
    intervals.add(log, 1, goroutine, timeNs, timeNs);
  }
  return intervals;
}

/** What a log is for map activity: one of a pair, an instant by itself, or about something else. */
type LogKind = 'start' | 'end' | 'instant' | 'other';

/** Tells the kind of logs; that of each category is remembered, and messages are not decoded before they are known to be about maps. */
class LogKinds {
  private readonly ofCategory = new Map<number, LogKind>();

  constructor(private readonly trace: Trace) {}

  kindOf(category: number, message: number): LogKind {
    const byCategory = this.kindOfCategory(category);
    if (byCategory === 'start' || byCategory === 'end') {
      return byCategory;
    }
    const { strings } = this.trace;
    // A message may hold a pair's name after another category.
    const byMessage = startsWithMap(strings.bytesOf(message as StringIndex)) ? kindOfText(strings.textOf(message as StringIndex)) : 'other';
    return byMessage === 'other' ? byCategory : byMessage;
  }

  private kindOfCategory(category: number): LogKind {
    let kind = this.ofCategory.get(category);
    if (kind === undefined) {
      kind = kindOfText(this.trace.strings.textOf(category as StringIndex));
      this.ofCategory.set(category, kind);
    }
    return kind;
  }
}

const pairNames = /^map_range_(start|end)/;

function kindOfText(text: string): LogKind {
  const pair = pairNames.exec(text)?.[1];
  return pair === 'start' || pair === 'end' ? pair : /^map[_.]/.test(text) ? 'instant' : 'other';
}

/** What a log that stands alone calls its map activity: one of a pair's names, else its category, else its message. */
function nameOf(category: string, message: string): string {
  const pair = pairNames.exec(category) ?? pairNames.exec(message);
  return pair?.[0] ?? (/^map[_.]/.test(category) ? category : message);
}

/** Whether a message begins with `map_` or `map.`, without decoding it: most messages do not. */
function startsWithMap(message: Uint8Array): boolean {
  return message[0] === 0x6d && message[1] === 0x61 && message[2] === 0x70 && (message[3] === 0x5f || message[3] === 0x2e);
}

function intervalAt(trace: Trace, regions: RegionTable, logs: LogTable, columns: MapIntervalColumns, row: number): MapInterval | undefined {
  const source = columns.source[row] ?? -1;
  const goroutine = columns.goroutine[row] ?? 0;
  const startNs = ns(columns.startNs[row] ?? 0);
  const endNs = ns(columns.endNs[row] ?? 0);
  const region = columns.isLog[row] === 0 ? regions.at(source) : undefined;
  if (region !== undefined) {
    const { type: name, task, beginEvent: event, cutStart, cutEnd } = region;
    return { evidence: 'region', name, goroutine, task, startNs, endNs, event, cutStart, cutEnd };
  }
  const log = columns.isLog[row] === 1 ? logs.at(source) : undefined;
  if (log === undefined) {
    return undefined;
  }
  const { task, event, category, message } = log;
  const name = endNs > startNs ? 'map_range' : nameOf(category, trace.strings.textOf(message));
  return { evidence: 'log', name, goroutine, task, startNs, endNs, event, cutStart: false, cutEnd: false };
}
