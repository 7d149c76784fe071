import { ns } from '../base';
import type { StackIndex } from '../gotrace';
import type { Region } from './facts';

type MutableRegion = { -readonly [K in keyof Region]: Region[K] };

/** A region type that says map work by its words: `map.iterate`, `copyMaps` does not. */
export const mapRegionTypes = /(?<![A-Za-z])maps?(?![A-Za-z])/i;

/** Collects user regions (facts.md section 6), in order of their start. */
export class RegionCollector {
  private readonly regions: MutableRegion[] = [];
  /** By goroutine, then by type and task: open regions, outermost first. */
  private readonly open = new Map<number, Map<string, MutableRegion[]>>();
  private readonly isMapType = new Map<string, boolean>();

  constructor(
    private readonly traceStartNs: number,
    private readonly mapTypes: RegExp = mapRegionTypes,
  ) {}

  begin(goroutine: number, task: number, type: string, timeNs: number, stack: StackIndex): void {
    const ofGoroutine = this.open.get(goroutine) ?? new Map<string, MutableRegion[]>();
    this.open.set(goroutine, ofGoroutine);
    const key = keyOf(task, type);
    const alike = ofGoroutine.get(key) ?? [];
    ofGoroutine.set(key, alike);
    alike.push(this.add(goroutine, task, type, timeNs, stack));
  }

  end(goroutine: number, task: number, type: string, timeNs: number): void {
    const innermost = this.open.get(goroutine)?.get(keyOf(task, type))?.pop();
    const region = innermost ?? this.add(goroutine, task, type, this.traceStartNs, 0 as StackIndex, true);
    region.endNs = ns(timeNs);
  }

  /** The goroutine is no more: what it left open ends here. */
  goroutineEnds(goroutine: number, timeNs: number): void {
    for (const alike of this.open.get(goroutine)?.values() ?? []) {
      for (const region of alike) {
        region.endNs = ns(timeNs);
      }
    }
    this.open.delete(goroutine);
  }

  finish(traceEndNs: number): Region[] {
    for (const region of [...this.open.values()].flatMap((ofGoroutine) => [...ofGoroutine.values()].flat())) {
      region.endNs = ns(traceEndNs);
      region.cutEnd = true;
    }
    return this.regions.sort((a, b) => a.startNs - b.startNs);
  }

  private add(goroutine: number, task: number, type: string, startNs: number, stack: StackIndex, cutStart = false): MutableRegion {
    const region: MutableRegion = {
      type,
      task,
      goroutine,
      startNs: ns(startNs),
      endNs: ns(startNs),
      isMap: this.isMap(type),
      stack,
      cutStart,
      cutEnd: false,
    };
    this.regions.push(region);
    return region;
  }

  private isMap(type: string): boolean {
    let known = this.isMapType.get(type);
    if (known === undefined) {
      known = this.mapTypes.test(type);
      this.isMapType.set(type, known);
    }
    return known;
  }
}

function keyOf(task: number, type: string): string {
  return `${task} ${type}`;
}
