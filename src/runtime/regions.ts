import { ns } from '../base';
import type { EventIndex, StringIndex } from '../gotrace';
import { cutFirst, growColumns, pickRows } from './columns';
import { cutEnd, cutStart, noEvent, type Region, type RegionColumns, type RegionTable } from './facts';
import { OpenRegions } from './openRegions';
import { Slots } from './slots';

/** A region type that says map work by its words: `map.iterate`, `copyMaps` does not. */
export const mapRegionTypes = /(?<![A-Za-z])maps?(?![A-Za-z])/i;

/** Collects user regions (facts.md section 6), in order of their start. */
export class RegionCollector {
  private length = 0;
  private columns = {
    type: new Uint32Array(64),
    task: new Float64Array(64),
    goroutine: new Float64Array(64),
    startNs: new Float64Array(64),
    endNs: new Float64Array(64),
    beginEvent: new Uint32Array(64),
    cut: new Uint8Array(64),
    isMap: new Uint8Array(64),
  };
  private readonly goroutines = new Slots();
  private readonly open = new OpenRegions();
  private readonly isMapType = new Map<StringIndex, boolean>();

  constructor(
    private readonly traceStartNs: number,
    private readonly textOf: (type: StringIndex) => string,
    private readonly mapTypes: RegExp = mapRegionTypes,
  ) {}

  begin(goroutine: number, task: number, type: StringIndex, timeNs: number, event: number): void {
    const row = this.add(goroutine, task, type, timeNs, event);
    this.open.open(this.goroutines.slotOf(goroutine), row, this.columns);
  }

  end(goroutine: number, task: number, type: StringIndex, timeNs: number): void {
    const row = this.open.close(this.goroutines.slotOf(goroutine), task, type, this.columns);
    if (row >= 0) {
      this.columns.endNs[row] = timeNs;
    } else {
      const cut = this.add(goroutine, task, type, this.traceStartNs, noEvent);
      this.columns.endNs[cut] = timeNs;
      this.columns.cut[cut] = cutStart;
    }
  }

  /** The goroutine is no more: what it left open ends here. */
  goroutineEnds(goroutine: number, timeNs: number): void {
    const slot = this.goroutines.find(goroutine);
    for (const row of slot < 0 ? [] : this.open.closeAll(slot)) {
      this.columns.endNs[row] = timeNs;
    }
  }

  finish(traceEndNs: number): RegionTable {
    for (let slot = 0; slot < this.goroutines.length; slot++) {
      for (const row of this.open.closeAll(slot)) {
        this.columns.endNs[row] = traceEndNs;
        this.columns.cut[row] = (this.columns.cut[row] ?? 0) | cutEnd;
      }
    }
    const order = cutFirst(this.columns.startNs, this.length, this.traceStartNs);
    return regionTable(this.length, pickRows(this.columns, order), this.textOf);
  }

  private add(goroutine: number, task: number, type: StringIndex, startNs: number, event: number): number {
    if (this.length === this.columns.type.length) {
      this.columns = growColumns(this.columns);
    }
    const { columns } = this;
    const row = this.length++;
    columns.type[row] = type;
    columns.task[row] = task;
    columns.goroutine[row] = goroutine;
    columns.startNs[row] = startNs;
    columns.endNs[row] = startNs;
    columns.beginEvent[row] = event;
    columns.isMap[row] = this.isMap(type) ? 1 : 0;
    return row;
  }

  private isMap(type: StringIndex): boolean {
    let known = this.isMapType.get(type);
    if (known === undefined) {
      known = this.mapTypes.test(this.textOf(type));
      this.isMapType.set(type, known);
    }
    return known;
  }
}

/** Regions as columns and one by one. */
export function regionTable(length: number, columns: RegionColumns, textOf: (type: StringIndex) => string): RegionTable {
  const at = (row: number): Region | undefined => {
    if (row < 0 || row >= length) {
      return undefined;
    }
    const beginEvent = columns.beginEvent[row] ?? noEvent;
    const cut = columns.cut[row] ?? 0;
    return {
      type: textOf((columns.type[row] ?? 0) as StringIndex),
      task: columns.task[row] ?? 0,
      goroutine: columns.goroutine[row] ?? 0,
      startNs: ns(columns.startNs[row] ?? 0),
      endNs: ns(columns.endNs[row] ?? 0),
      isMap: columns.isMap[row] === 1,
      beginEvent: beginEvent === noEvent ? null : (beginEvent as EventIndex),
      cutStart: (cut & cutStart) !== 0,
      cutEnd: (cut & cutEnd) !== 0,
    };
  };
  return { ...columns, length, at };
}
