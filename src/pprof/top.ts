import { compareText } from '../base';
import { buildCallGraph, type CallGraphNode } from './callGraph';
import { fileName } from './profileStacks';
import type { Profile } from './profile';
import { formatPercentage, formatValue, scaleValue } from './units';

/** What the rows of `top` are made from, and which are left out. */
export interface TopOptions {
  /** Row of `Profile.sampleTypes`. */
  readonly sampleType: number;
  /** 1 for samples to take; all when absent. */
  readonly sampleFilter?: Uint8Array;
  /** Functions whose cumulative share is smaller are dropped; 0 when absent: none. */
  readonly nodeFraction?: number;
  /** Calls whose share is smaller do not say whether a function was inlined; 0 when absent. */
  readonly edgeFraction?: number;
  /** Most rows; all when absent. */
  readonly maxRows?: number;
}

/** One function of a profile. */
export interface TopRow {
  readonly name: string;
  /** Value of the samples that were taken in it. */
  readonly flat: number;
  /** Value of the samples that were taken in it or in what it called. */
  readonly cum: number;
  /** Whether its calls were inlined: all, some, none. */
  readonly inlined: 'all' | 'some' | 'none';
}

/** Functions by falling flat value. */
export interface Top {
  readonly rows: readonly TopRow[];
  /** Sum of the absolute values of all samples: what percentages refer to. */
  readonly total: number;
  /** How many functions `nodeFraction` dropped. */
  readonly droppedRows: number;
  /** How many rows there would be without `maxRows`. */
  readonly candidateRows: number;
}

/**
 * Flat and cumulative values by function: the numbers and the order of `go tool pprof -top` (google/pprof internal/report, newTrimmedGraph). What is left out is
 * cut out of the stacks, so that a dropped leaf gives its flat value to nobody.
 */
export function topRows(
  profile: Profile,
  { sampleType, sampleFilter, nodeFraction = 0, edgeFraction = 0, maxRows = Infinity }: TopOptions,
): Top {
  const source = sampleFilter === undefined ? { sampleType } : { sampleType, sampleFilter };
  const build = (kept: readonly CallGraphNode[]): CallGraphNode[] =>
    buildCallGraph(profile, { ...source, kept: new Set(kept.map(({ key }) => key)) });
  const all = buildCallGraph(profile, source);
  const flatSum = all.reduce((sum, { flat }) => sum + flat, 0);
  const cutoff = (fraction: number): number => Math.abs(Math.trunc(flatSum * fraction));
  const frequent = all.filter(({ cum }) => Math.abs(cum) >= cutoff(nodeFraction));
  const candidates = (frequent.length === all.length ? all : build(frequent)).sort(compareNodes);
  const chosen = candidates.length <= maxRows ? candidates : build(candidates.slice(0, maxRows)).sort(compareNodes);
  return {
    rows: chosen.map((node) => toRow(node, cutoff(edgeFraction))),
    total: sumAbsolute(profile, sampleType),
    droppedRows: all.length - frequent.length,
    candidateRows: candidates.length,
  };
}

function compareNodes(a: CallGraphNode, b: CallGraphNode): number {
  return (
    Math.abs(b.flat) - Math.abs(a.flat) || compareText(a.name, b.name) || Math.abs(b.cum) - Math.abs(a.cum) || compareText(a.key, b.key)
  );
}

function toRow({ name, flat, cum, callers }: CallGraphNode, edgeCutoff: number): TopRow {
  const calls = [...callers.values()].filter(({ weight }) => Math.abs(weight) >= edgeCutoff);
  const inlineCalls = calls.filter(({ isInline }) => isInline).length;
  return { name, flat, cum, inlined: inlineCalls === 0 ? 'none' : inlineCalls === calls.length ? 'all' : 'some' };
}

/** Of a profile that holds its base for comparison too, only the base counts (google/pprof internal/report, computeTotal). */
function sumAbsolute(profile: Profile, sampleType: number): number {
  const { samples } = profile;
  let total = 0;
  let base = 0;
  for (let sample = 0; sample < samples.length; sample++) {
    const value = Math.abs(samples.values[sampleType]?.[sample] ?? 0);
    total += value;
    base += isOfBase(profile, sample) ? value : 0;
  }
  return base > 0 ? base : total;
}

function isOfBase({ samples, labels, strings }: Profile, sample: number): boolean {
  for (let label = samples.labelStart[sample] ?? 0; label < (samples.labelStart[sample + 1] ?? 0); label++) {
    if (strings[labels.key[label] ?? 0] === 'pprof::base' && strings[labels.text[label] ?? 0] === 'true') {
      return true;
    }
  }
  return false;
}

/** How `go tool pprof -top` cuts when it is told nothing. */
export const usualTopFractions = { nodeFraction: 0.005, edgeFraction: 0.001 } as const;

/** The text that `go tool pprof -top -symbolize=none` prints, times in UTC. */
export function formatTop(profile: Profile, options: TopOptions): string {
  const top = topRows(profile, options);
  const { type = '', unit = '' } = profile.sampleTypes[options.sampleType] ?? {};
  const outputUnit = chooseUnit(top, unit);
  const format = (value: number): string => formatValue(value, unit, outputUnit);
  const lines = [
    ...profileLines(profile, top.total, { type, unit, format }),
    ...summaryLines(top, options, format),
    '      flat  flat%   sum%        cum   cum%',
    ...rowLines(top, format),
  ];
  return `${lines.join('\n')}\n`;
}

/** The unit in which the smallest row still shows two digits (google/pprof internal/report, selectOutputUnit). */
function chooseUnit({ rows, total }: Top, unit: string): string {
  const magnitudes = rows.map(({ flat, cum }) => Math.abs(flat) || Math.abs(cum)).filter((value) => value > 0);
  const smallest = magnitudes.reduce((least, value) => Math.min(least, value), Infinity);
  const least = smallest === Infinity ? total : smallest;
  if (rows.length === 0) {
    return 'minimum';
  }
  const unitOf = (value: number): string => scaleValue(value, unit, 'minimum').unit;
  const chosen = unitOf(least) !== unitOf(total) && least * 100 < total ? unitOf(least * 100) : unitOf(least);
  return chosen === '' ? unit : chosen;
}

interface ValueFormat {
  readonly type: string;
  readonly unit: string;
  readonly format: (value: number) => string;
}

function profileLines(profile: Profile, total: number, { type, unit, format }: ValueFormat): string[] {
  const main = profile.mappings[0];
  const lines: string[] = [];
  const add = (isKnown: boolean, line: string): void => {
    if (isKnown) {
      lines.push(line);
    }
  };
  add((main?.file ?? '') !== '', `File: ${fileName(main?.file ?? '')}`);
  add((main?.buildId ?? '') !== '', `Build ID: ${main?.buildId}`);
  for (const comment of profile.comments) {
    add(!comment.startsWith('#'), comment);
  }
  add(type !== '', `Type: ${type}`);
  add(profile.docUrl !== '', `Doc: ${profile.docUrl}`);
  add(profile.timeUnixNs !== 0n, `Time: ${formatTime(profile.timeUnixNs)}`);
  if (profile.durationNs !== 0) {
    const totalNs = scaleValue(total, unit, 'nanoseconds');
    const share =
      totalNs.unit === 'ns' && totalNs.value !== 0 ? `(${formatPercentage(Math.trunc(totalNs.value), profile.durationNs)})` : '';
    lines.push(`Duration: ${formatValue(profile.durationNs, 'nanoseconds', 'auto')}, Total samples = ${format(total)} ${share}`);
  }
  return lines;
}

function formatTime(unixNs: bigint): string {
  const seconds = unixNs / 1_000_000_000n - (unixNs % 1_000_000_000n < 0n ? 1n : 0n);
  const time = new Date(Number(seconds) * 1000);
  return Number.isNaN(time.getTime()) ? `${seconds} s after 1970` : `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function summaryLines(
  { rows, total, droppedRows, candidateRows }: Top,
  { nodeFraction = 0 }: TopOptions,
  format: (value: number) => string,
): string[] {
  const shown = rows.reduce((sum, { flat }) => sum + flat, 0);
  const lines = [`Showing nodes accounting for ${format(shown)}, ${formatPercentage(shown, total).trim()} of ${format(total)} total`];
  if (total !== 0 && droppedRows > 0) {
    const cutoff = format(Math.abs(Math.trunc(total * nodeFraction)));
    lines.push(`Dropped ${droppedRows} ${droppedRows > 1 ? 'nodes' : 'node'} (cum <= ${cutoff})`);
  }
  if (total !== 0 && rows.length > 0 && rows.length < candidateRows) {
    lines.push(`Showing top ${rows.length} nodes out of ${candidateRows}`);
  }
  return lines;
}

const inlineNotes = { all: ' (inline)', some: ' (partial-inline)', none: '' } as const;

function rowLines({ rows, total }: Top, format: (value: number) => string): string[] {
  let sum = 0;
  return rows.map(({ name, flat, cum, inlined }) => {
    sum += flat;
    const values = [
      format(flat).padStart(10),
      formatPercentage(flat, total),
      formatPercentage(sum, total),
      format(cum).padStart(10),
      formatPercentage(cum, total),
    ];
    return `${values.join(' ')}  ${name}${inlineNotes[inlined]}`;
  });
}
