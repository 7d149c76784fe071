import type { EventIndex, StackIndex, StringIndex } from '../gotrace';
import { noEvent } from './facts';
import { listOf } from './listOf';
import { mapRegionTypes, RegionCollector } from './regions';
import { StopTheWorldCollector } from './stopTheWorld';
import { TaskCollector } from './tasks';

const noStack = 0 as StackIndex;
const [a, b] = [1, 2] as StringIndex[] as [StringIndex, StringIndex];

describe('RegionCollector', () => {
  const collect = (fill: (regions: RegionCollector) => void) => {
    const regions = new RegionCollector(100, (type) => (type === a ? 'a' : 'b'));
    fill(regions);
    return listOf(regions.finish(200)).map(({ type, startNs, endNs, cutStart, cutEnd }) => ({ type, startNs, endNs, cutStart, cutEnd }));
  };

  it('closes the innermost open region of that type and task', () => {
    const regions = collect((on) => {
      on.begin(1, 0, a, 110, noEvent);
      on.begin(1, 0, a, 120, noEvent);
      on.begin(1, 5, a, 125, noEvent);
      on.end(1, 0, a, 130);
      on.end(1, 0, a, 140);
      on.end(1, 5, a, 150);
    });
    expect(regions.map(({ startNs, endNs }) => [startNs, endNs])).toEqual([
      [110, 140],
      [120, 130],
      [125, 150],
    ]);
  });

  it('begins with the trace what only ends', () => {
    expect(collect((on) => on.end(1, 0, a, 130))).toEqual([{ type: 'a', startNs: 100, endNs: 130, cutStart: true, cutEnd: false }]);
  });

  it('ends uncut with the goroutine, cut with the trace', () => {
    const regions = collect((on) => {
      on.begin(1, 0, a, 110, noEvent);
      on.begin(2, 0, b, 120, noEvent);
      on.goroutineEnds(1, 150);
    });
    expect(regions).toEqual([
      { type: 'a', startNs: 110, endNs: 150, cutStart: false, cutEnd: false },
      { type: 'b', startNs: 120, endNs: 200, cutStart: false, cutEnd: true },
    ]);
  });
});

describe('mapRegionTypes', () => {
  it.each(['map.iterate', 'maps', 'copy map', 'Map', 'map_range', 'x.map'])('%s is map activity', (type) => {
    expect(mapRegionTypes.test(type)).toBe(true);
  });
  it.each(['mapper', 'bitmap', 'copyMaps', ''])('%s is not', (type) => {
    expect(mapRegionTypes.test(type)).toBe(false);
  });
});

describe('TaskCollector', () => {
  const event = 3 as EventIndex;
  const begin = (on: TaskCollector, id: number, timeNs: number) => on.begin({ task: id, parent: -1, type: a }, 9, event, timeNs);
  const end = (on: TaskCollector, id: number, timeNs: number) => {
    if (!on.end(id, timeNs)) {
      on.addEnded({ task: id, parent: -1, type: 0 as StringIndex }, timeNs);
    }
  };
  const collect = (fill: (tasks: TaskCollector) => void) => {
    const tasks = new TaskCollector(100);
    fill(tasks);
    return listOf(tasks.finish(200, (type) => (type === a ? 't' : '')).tasks);
  };

  it('ignores further ends of an ended task and takes no parent as 0', () => {
    const tasks = collect((on) => {
      begin(on, 1, 110);
      end(on, 1, 120);
      end(on, 1, 130);
    });
    expect(tasks).toEqual([
      { id: 1, parent: 0, type: 't', startNs: 110, endNs: 120, cutStart: false, cutEnd: false, goroutine: 9, beginEvent: 3 },
    ]);
  });

  it('lists a task that only ends once, without a goroutine', () => {
    const tasks = collect((on) => {
      end(on, 4, 120);
      end(on, 4, 130);
    });
    expect(tasks).toEqual([
      { id: 4, parent: 0, type: '', startNs: 100, endNs: 120, cutStart: true, cutEnd: false, goroutine: null, beginEvent: null },
    ]);
  });

  it('cuts at the end of the trace what never ends, sorted by start and id', () => {
    const tasks = collect((on) => {
      begin(on, 2, 110);
      end(on, 1, 120);
    });
    expect(tasks.map(({ id, endNs, cutEnd }) => [id, endNs, cutEnd])).toEqual([
      [1, 120, false],
      [2, 200, true],
    ]);
  });
});

describe('StopTheWorldCollector', () => {
  it('tells GC from other reasons and survives ends without begins', () => {
    const stops = new StopTheWorldCollector(100);
    stops.begin(1, 'GC mark termination', 110, noStack);
    stops.begin(2, 'read mem stats', 115, noStack);
    stops.end(1, 'GC mark termination', 120);
    stops.end(1, '', 121);
    stops.end(3, 'start trace', 105);
    expect(
      stops.finish(200).map(({ reason, isGc, startNs, endNs, cutStart, cutEnd }) => [reason, isGc, startNs, endNs, cutStart, cutEnd]),
    ).toEqual([
      ['start trace', false, 100, 105, true, false],
      ['GC mark termination', true, 110, 120, false, false],
      ['read mem stats', false, 115, 200, false, true],
    ]);
  });
});
