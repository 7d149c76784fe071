import type { Notice } from '../base';
import { countBelow, countUpToNear, type GoroutineTimelines, rowAt, rowNear, valuesAt } from '../runtime';
import { displayText } from './displayText';
import type { Field } from './frame';
import { type FrameDraft, stringField, timeField } from './makeFrame';
import type { TimeAxis } from './timeAxis';
import type { Window } from './window';

/** A stretch of time in one state; null says that there is nothing to draw. */
export interface Stretch {
  readonly startNs: number;
  readonly endNs: number;
  readonly state: string | null;
}

/** Disjoint stretches in order of time, found by time: a lane draws a part of them, of however many. */
export interface Layer {
  /** The stretch at a moment, else the next one after it; undefined behind the last. */
  at(timeNs: number): Stretch | undefined;
  /** How many begin in [fromNs, toNs). */
  countWithin(fromNs: number, toNs: number): number;
}

/** A row of the state timeline. Where layers overlap the first holds. */
export interface Lane {
  readonly title: string;
  readonly layers: readonly Layer[];
}

/** How states look: by their name, or by the text before a colon (`waiting: select`). */
export type StateColors = Readonly<Record<string, string>>;

/** Rows of a table as a layer: disjoint, by start. */
export class TableLayer implements Layer {
  /** Where the last stretch was found: lanes are drawn from left to right. */
  private last = 0;

  constructor(
    private readonly startNs: ArrayLike<number>,
    private readonly endNs: ArrayLike<number>,
    private readonly stateOf: (row: number) => string | null,
  ) {}

  at(timeNs: number): Stretch | undefined {
    const row = countUpToNear(this.endNs, timeNs, this.last);
    this.last = row;
    return row >= this.endNs.length
      ? undefined
      : { startNs: this.startNs[row] ?? 0, endNs: this.endNs[row] ?? 0, state: this.stateOf(row) };
  }

  countWithin(fromNs: number, toNs: number): number {
    return countBelow(this.startNs, toNs) - countBelow(this.startNs, fromNs);
  }
}

/** Rows of a table as a layer, picked by their numbers. */
export function layerOfRows(
  table: { readonly startNs: Float64Array; readonly endNs: Float64Array },
  rows: ArrayLike<number>,
  stateOf: (row: number) => string | null,
): Layer {
  const pick = (column: Float64Array) => valuesAt(column, rows);
  return new TableLayer(pick(table.startNs), pick(table.endNs), (k) => stateOf(rows[k] ?? 0));
}

/** The timeline of a goroutine as a layer. */
export class TimelineLayer implements Layer {
  /** Where the last stretch was found. */
  private last = 0;

  constructor(
    private readonly timelines: GoroutineTimelines,
    private readonly slot: number,
    private readonly stateOf: (row: number) => string | null,
  ) {}

  at(timeNs: number): Stretch | undefined {
    const { timelines } = this;
    const row = rowNear(timelines, this.slot, timeNs, this.last);
    this.last = row;
    const endNs = timelines.endNsAt(row);
    return endNs <= timeNs ? undefined : { startNs: timelines.startNsAt(row), endNs, state: this.stateOf(row) };
  }

  countWithin(fromNs: number, toNs: number): number {
    return rowAt(this.timelines, this.slot, toNs) - rowAt(this.timelines, this.slot, fromNs) + 1;
  }
}

/** Stretches of all lanes together: what a panel draws without a pause. */
const maxStretches = 20_000;
const leastPerLane = 100;
/** Moments that are looked at in a stretch that stands for many. */
const probes = 8;

/**
 * A frame for each lane, as the state timeline wants them: no frame name, start before end, no overlaps, colours by value mappings. A lane with more stretches
 * than can be drawn is folded: a stretch of equal width then shows the state that it is in most often.
 */
export function laneFrames(lanes: readonly Lane[], axis: TimeAxis, window: Window, colors: StateColors): FrameDraft[] {
  const most = Math.max(leastPerLane, Math.floor(maxStretches / Math.max(1, lanes.length)));
  const drawn = lanes.map((lane) => drawLane(lane, axis, window, most));
  const notices = noticesOf(drawn, (window.toNs - window.fromNs) / most);
  return drawn.map(({ title, stretches }, n) => ({
    meta: { preferredVisualisationPluginId: 'state-timeline' },
    fields: laneFields(title, stretches, axis, colors),
    notices: n === 0 ? notices : [],
  }));
}

interface DrawnLane {
  readonly title: string;
  readonly stretches: readonly Stretch[];
  readonly isFolded: boolean;
  /** Stretches that begin and end at one moment of the axis. */
  readonly tooShort: number;
}

function drawLane({ title, layers }: Lane, axis: TimeAxis, { fromNs, toNs }: Window, most: number): DrawnLane {
  const isFolded = layers.reduce((sum, layer) => sum + layer.countWithin(fromNs, toNs), 0) > most;
  const all = isFolded ? fold(layers, fromNs, toNs, most) : merge(layers, fromNs, toNs);
  const stretches = all.filter(({ startNs, endNs }) => axis.toMs(endNs) > axis.toMs(startNs));
  return { title, stretches, isFolded, tooShort: all.length - stretches.length };
}

/** What the layers together are in [fromNs, toNs), without what is nothing. */
function merge(layers: readonly Layer[], fromNs: number, toNs: number): Stretch[] {
  const merged: Stretch[] = [];
  for (let nowNs = fromNs; nowNs < toNs;) {
    const { state, endNs } = stateAt(layers, nowNs);
    const untilNs = Math.min(endNs, toNs);
    append(merged, { startNs: nowNs, endNs: untilNs, state });
    nowNs = untilNs;
  }
  return merged;
}

/** The last stretch goes on, or a new one begins, if it is anything. */
function append(stretches: Stretch[], { startNs, endNs, state }: Stretch): void {
  const last = stretches.at(-1);
  if (last?.state === state && last.endNs === startNs) {
    stretches[stretches.length - 1] = { ...last, endNs };
  } else if (state !== null) {
    stretches.push({ startNs, endNs, state });
  }
}

/** The state at a moment, and until when it surely holds. */
function stateAt(layers: readonly Layer[], timeNs: number): { readonly state: string | null; readonly endNs: number } {
  let endNs = Infinity;
  for (const layer of layers) {
    const stretch = layer.at(timeNs);
    if (stretch !== undefined && stretch.startNs <= timeNs) {
      return { state: stretch.state, endNs: Math.min(endNs, stretch.endNs) };
    }
    endNs = Math.min(endNs, stretch?.startNs ?? Infinity);
  }
  return { state: null, endNs };
}

function fold(layers: readonly Layer[], fromNs: number, toNs: number, count: number): Stretch[] {
  const folded: Stretch[] = [];
  const widthNs = (toNs - fromNs) / count;
  const states: (string | null)[] = [];
  let found = stateAt(layers, fromNs);
  for (let n = 0; n < count; n++) {
    const startNs = fromNs + n * widthNs;
    for (let k = 0; k < probes; k++) {
      const timeNs = startNs + ((k + 0.5) / probes) * widthNs;
      found = timeNs < found.endNs ? found : stateAt(layers, timeNs);
      states[k] = found.state;
    }
    append(folded, { startNs, endNs: n === count - 1 ? toNs : fromNs + (n + 1) * widthNs, state: mostFrequent(states) });
  }
  return folded;
}

/** Of equally frequent ones the first. */
function mostFrequent(states: readonly (string | null)[]): string | null {
  let most = 0;
  let mostFrequent: string | null = null;
  for (const state of states) {
    let count = 0;
    for (const other of states) {
      count += other === state ? 1 : 0;
    }
    if (count > most) {
      most = count;
      mostFrequent = state;
    }
  }
  return mostFrequent;
}

function noticesOf(drawn: readonly DrawnLane[], widthNs: number): Notice[] {
  const folded = drawn.filter(({ isFolded }) => isFolded).length;
  const tooShort = drawn.reduce((sum, lane) => sum + lane.tooShort, 0);
  return [
    ...(folded === 0
      ? []
      : [
          {
            severity: 'info' as const,
            text: `${folded} of ${drawn.length} lanes change too often to draw each change: there every ${formatDuration(widthNs)} shows the most frequent state. Zoom in for exact intervals.`,
          },
        ]),
    ...(tooShort === 0
      ? []
      : [
          {
            severity: 'info' as const,
            text: `${tooShort} intervals are shorter than the time axis can show; in Grafana, stretched time shows them.`,
          },
        ]),
  ];
}

function formatDuration(durationNs: number): string {
  const [unit, factor] = durationNs >= 1e6 ? ['ms', 1e6] : durationNs >= 1e3 ? ['µs', 1e3] : ['ns', 1];
  return `${(durationNs / Number(factor)).toPrecision(2)} ${unit}`;
}

function laneFields(title: string, stretches: readonly Stretch[], axis: TimeAxis, colors: StateColors): Field[] {
  const states = stretches.map(({ state }) => state);
  return [
    timeField(
      'start',
      stretches.map(({ startNs }) => axis.toMs(startNs)),
    ),
    timeField(
      'end',
      stretches.map(({ endNs }) => axis.toMs(endNs)),
    ),
    stringField('state', states, { displayName: displayText(title), mappings: mappingsOf(new Set(states), colors) }),
  ];
}

/** Grafana's value mappings: each state that occurs, with its colour. */
function mappingsOf(states: ReadonlySet<string | null>, colors: StateColors): object[] {
  const options = Object.fromEntries(
    [...states]
      .filter((state) => state !== null)
      .sort()
      .map((state, index) => [state, { text: state, index, color: colors[state.split(':')[0] ?? ''] ?? 'gray' }]),
  );
  return [{ type: 'value', options }];
}
