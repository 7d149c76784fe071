import type { TimeZone } from '../base';
import { padStart } from './alignTabs';
import { buildCallGraph, type CallGraph } from './callGraph';
import { compareCodePoints } from './compareCodePoints';
import { type FrameNames, type Granularity, nameFrames } from './frameNames';
import { absInt64, addInt64, compareDescending, type Int64, multiplyInt64, truncateToInt64 } from './int64';
import type { Profile } from './profile';
import { headerLines, reportValues, type ReportValues } from './reportHeader';
import { totalValue } from './sampleValues';
import { formatPercentage, scaleValue } from './units';

/** What the rows of `top` are made from, and which are left out. */
export interface TopOptions {
  /** Row of `Profile.sampleTypes`. */
  readonly sampleType: number;
  /** 1 for samples to take; all when absent. */
  readonly sampleFilter?: Uint8Array;
  /** What a row is; functions when absent. */
  readonly granularity?: Granularity;
  /** Rows stand by falling flat value when absent. */
  readonly sortBy?: 'flat' | 'cum';
  /** Rows whose cumulative share is smaller are dropped; 0 when absent: none. */
  readonly nodeFraction?: number;
  /** Calls whose share is smaller do not say whether a function was inlined; 0 when absent. */
  readonly edgeFraction?: number;
  /** Most rows; all when absent. */
  readonly maxRows?: number;
}

/** One function, line, file or address of a profile. */
export interface TopRow {
  readonly name: string;
  /** Value of the samples that were taken in it. */
  readonly flat: number;
  /** Value of the samples that were taken in it or in what it called. */
  readonly cum: number;
  /** Whether its calls were inlined: all, some, none. */
  readonly inlined: 'all' | 'some' | 'none';
}

/** The rows of `top`. */
export interface Top {
  readonly rows: readonly TopRow[];
  /** Sum of the absolute values of all samples: what percentages refer to. */
  readonly total: number;
  /** How many rows `nodeFraction` dropped. */
  readonly droppedRows: number;
  /** How many rows there would be without `maxRows`. */
  readonly candidateRows: number;
}

/**
 * Flat and cumulative values by function, or by what `granularity` says: the numbers and the order of `go tool pprof -top` (google/pprof internal/report,
 * newTrimmedGraph). What is left out is cut out of the stacks, so that a dropped leaf gives its flat value to nobody.
 */
export function topRows(profile: Profile, options: TopOptions): Top {
  const { rows, droppedRows, candidateRows } = exactTop(profile, options);
  return {
    rows: rows.map((row) => ({ ...row, flat: Number(row.flat), cum: Number(row.cum) })),
    total: Number(totalValue(profile, options.sampleType)),
    droppedRows,
    candidateRows,
  };
}

interface ExactRow extends Pick<TopRow, 'name' | 'inlined'> {
  readonly flat: Int64;
  readonly cum: Int64;
}

interface ExactTop extends Pick<Top, 'droppedRows' | 'candidateRows'> {
  readonly rows: readonly ExactRow[];
}

function exactTop(profile: Profile, options: TopOptions): ExactTop {
  const { granularity = 'functions', nodeFraction = 0, edgeFraction = 0, maxRows = Infinity } = options;
  const frames = nameFrames(profile, { granularity, trimsPaths: true });
  const build = (kept?: readonly number[]): CallGraph =>
    buildCallGraph(profile, frames, { ...options, ...(kept === undefined ? {} : { kept: markRows(kept, frames.names.length) }) });
  let graph = build();
  const all = usedFrames(graph);
  const flatSum = sum(all.map((frame) => graph.flat[frame] ?? 0));
  const cutoff = (fraction: number): Int64 => absInt64(truncateToInt64(Number(flatSum) * fraction));
  const nodeCutoff = cutoff(nodeFraction);
  const frequent = nodeCutoff > 0 ? all.filter((frame) => absInt64(graph.cum[frame] ?? 0) >= nodeCutoff) : all;
  if (frequent.length < all.length) {
    graph = build(frequent);
  }
  const sorted = (): number[] => usedFrames(graph).sort(frameOrder(graph, frames, options.sortBy ?? 'flat'));
  const candidates = sorted();
  // Of the least int64 the absolute value is negative: a choice of rows passes over it.
  const chosen = maxRows === Infinity ? candidates : candidates.slice(0, maxRows).filter((frame) => absInt64(graph.cum[frame] ?? 0) >= 0);
  const isWhole = chosen.length === candidates.length;
  if (!isWhole) {
    graph = build(chosen);
  }
  const inlined = findInlined(graph, cutoff(edgeFraction));
  return {
    rows: (isWhole ? candidates : sorted()).map((frame) => ({
      name: frames.names[frame] ?? '',
      flat: graph.flat[frame] ?? 0,
      cum: graph.cum[frame] ?? 0,
      inlined: inlined.get(frame) ?? 'none',
    })),
    droppedRows: all.length - frequent.length,
    candidateRows: candidates.length,
  };
}

function markRows(rows: readonly number[], length: number): Uint8Array {
  const marks = new Uint8Array(length);
  for (const row of rows) {
    marks[row] = 1;
  }
  return marks;
}

function usedFrames({ flat, cum }: CallGraph): number[] {
  return Array.from(flat.keys()).filter((frame) => flat[frame] !== 0 || cum[frame] !== 0);
}

function sum(values: readonly Int64[]): Int64 {
  return values.reduce(addInt64, 0);
}

/** By falling value, then by name. */
function frameOrder({ flat, cum }: CallGraph, { names }: FrameNames, sortBy: 'flat' | 'cum'): (a: number, b: number) => number {
  const first = sortBy === 'flat' ? flat : cum;
  return (a, b) => compareDescending(absInt64(first[a] ?? 0), absInt64(first[b] ?? 0)) || compareCodePoints(names[a] ?? '', names[b] ?? '');
}

/** By frame whether its callers inlined it; calls below the cut-off say nothing. */
function findInlined({ calls }: CallGraph, cutoff: Int64): Map<number, TopRow['inlined']> {
  const inlined = new Map<number, TopRow['inlined']>();
  for (const { callee, weight, isInline } of calls.values()) {
    if (absInt64(weight) >= cutoff) {
      const verdict = isInline ? 'all' : 'none';
      inlined.set(callee, (inlined.get(callee) ?? verdict) === verdict ? verdict : 'some');
    }
  }
  return inlined;
}

/** How `go tool pprof -top` cuts when it is told nothing. */
export const usualTopFractions = { nodeFraction: 0.005, edgeFraction: 0.001 } as const;

/** What the text says beside its rows. */
export interface TopHeader {
  /** What the profile was filtered by, as name=regex. */
  readonly activeFilters?: readonly string[];
  /** UTC when absent. */
  readonly timeZone?: TimeZone;
}

/** The text that `go tool pprof -top -symbolize=none` prints. */
export function formatTop(profile: Profile, options: TopOptions, { activeFilters = [], timeZone }: TopHeader = {}): string {
  const top = exactTop(profile, options);
  const { unit = '' } = profile.sampleTypes[options.sampleType] ?? {};
  const values = reportValues(profile, options.sampleType, chooseUnit(top.rows, totalValue(profile, options.sampleType), unit));
  const lines = [
    ...headerLines(profile, values, timeZone),
    ...filterLines(activeFilters),
    ...summaryLines(top, options, values),
    '      flat  flat%   sum%        cum   cum%',
    ...rowLines(top, values),
  ];
  return `${lines.join('\n')}\n`;
}

/** The unit in which the smallest row still shows two digits (google/pprof internal/report, selectOutputUnit). */
function chooseUnit(rows: readonly ExactRow[], total: Int64, unit: string): string {
  let least: Int64 = 0;
  for (const { flat, cum } of rows) {
    const magnitude = absInt64(flat === 0 ? cum : flat);
    least = magnitude > 0 && (least === 0 || magnitude < least) ? magnitude : least;
  }
  least = least === 0 ? total : least;
  if (rows.length === 0) {
    return 'minimum';
  }
  const unitOf = (value: Int64): string => scaleValue(value, unit, 'minimum').unit;
  const hundredfold = multiplyInt64(least, 100);
  const chosen = unitOf(least) !== unitOf(total) && hundredfold < total ? unitOf(hundredfold) : unitOf(least);
  return chosen === '' ? unit : chosen;
}

const longestFilter = 80;

function filterLines(filters: readonly string[]): string[] {
  const lines = filters.map((filter) => `   ${filter.length > longestFilter ? `${filter.slice(0, longestFilter)}…` : filter}`);
  return lines.length === 0 ? [] : ['Active filters:', ...lines];
}

function summaryLines(
  { rows, droppedRows, candidateRows }: ExactTop,
  { nodeFraction = 0 }: TopOptions,
  { total, format }: ReportValues,
): string[] {
  const shown = sum(rows.map(({ flat }) => flat));
  const lines = [`Showing nodes accounting for ${format(shown)}, ${formatPercentage(shown, total).trim()} of ${format(total)} total`];
  if (total !== 0 && droppedRows > 0) {
    const cutoff = format(absInt64(truncateToInt64(Number(total) * nodeFraction)));
    lines.push(`Dropped ${droppedRows} ${droppedRows > 1 ? 'nodes' : 'node'} (cum <= ${cutoff})`);
  }
  if (total !== 0 && rows.length > 0 && rows.length < candidateRows) {
    lines.push(`Showing top ${rows.length} nodes out of ${candidateRows}`);
  }
  return lines;
}

const inlineNotes = { all: ' (inline)', some: ' (partial-inline)', none: '' } as const;

function rowLines({ rows }: ExactTop, { total, format }: ReportValues): string[] {
  let flatSum: Int64 = 0;
  return rows.map(({ name, flat, cum, inlined }) => {
    flatSum = addInt64(flatSum, flat);
    const values = [
      padStart(format(flat), 10),
      formatPercentage(flat, total),
      formatPercentage(flatSum, total),
      padStart(format(cum), 10),
      formatPercentage(cum, total),
    ];
    return `${values.join(' ')}  ${name}${inlineNotes[inlined]}`;
  });
}
