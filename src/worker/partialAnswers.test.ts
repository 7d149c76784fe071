import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Frame } from '../frames';
import { decodeTrace, indexTrace } from '../gotrace';
import type { ViewOptions } from './decoder';
import { DecodeService } from './decodeService';

const services = join(__dirname, '../../tests/fixtures/services');
const file = readFileSync(join(services, 'go1.26-traceparent/trace.out'));
const query = { version: 1, view: 'gcMap', captures: [] } as const;

/** Makes each look at the clock take so long: the longer, the sooner somebody looks at what is decoded so far. */
function stretchTime(stepMs: number): void {
  let nowMs = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => (nowMs += stepMs));
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** The series' columns by the names of frame and field. */
function columnsOf(frames: readonly Frame[]): Map<string, readonly unknown[]> {
  const series = frames.filter(({ meta }) => meta?.dataTopic === undefined);
  return new Map(series.flatMap(({ name, fields }) => fields.map((field) => [`${name ?? ''}: ${field.name}`, field.values])));
}

describe('answers from what is read so far', () => {
  it('are the beginning of the whole answer, on its axis', async () => {
    const view = (options?: ViewOptions) =>
      new DecodeService().view({ files: [{ name: 'trace.out', file }], query, context: { refId: 'A' } }, options);
    const whole = columnsOf(await view());
    const partial: Frame[][] = [];
    for (const stepMs of [20, 10, 7, 6, 5, 4]) {
      stretchTime(stepMs);
      expect(columnsOf(await view({ onPartial: (frames) => partial.push(frames) }))).toEqual(whole);
    }
    expect(new Set(partial.map(([frame]) => frame?.length)).size).toBeGreaterThan(1);
    for (const frames of partial) {
      expect(frames[0]?.meta?.custom).toMatchObject({ reading: { fromMs: whole.get('GC against map activity: time')?.[0] } });
      expect(frames[0]?.meta?.custom).not.toHaveProperty('answer');
      expect(frames[0]?.meta?.notices?.[0]?.text).toMatch(/^Still reading: generation [123] of 3\./);
      for (const [name, values] of columnsOf(frames)) {
        // What goes on at the end is cut there.
        const sure = values.slice(0, -1);
        const later = whole.get(name)?.slice(0, sure.length) ?? [];
        if (name.endsWith(': map regions')) {
          // A region that was open when the trace began is known when it ends.
          expect(sure.filter((value, row) => Number(value) > Number(later[row]) + 1e-9)).toEqual([]);
          expect(sure.some((value) => Number(value) > 0)).toBe(true);
        } else if (name.startsWith('heap')) {
          // Steps are thinned by how many there are.
          expect(sure[0]).toBe(later[0]);
        } else {
          expect({ name, values: later }).toEqual({ name, values: sure });
        }
      }
    }
  });

  it('show what the panel looks at before what comes first', async () => {
    const { generations } = indexTrace(file);
    const last = generations.at(generations.length - 1);
    const snapshot = last?.snapshot;
    const fromMs = Math.ceil(Number(snapshot?.wallUnixNs) / 1e6) + 50;
    const range = { fromMs, toMs: fromMs + 200 };
    const view = (options?: ViewOptions) =>
      new DecodeService().view({ files: [{ name: 'trace.out', file }], query, context: { refId: 'A', range } }, options);
    const whole = columnsOf(await view());
    const partial: Frame[][] = [];
    stretchTime(20);
    await view({ onPartial: (frames) => partial.push(frames) });
    const shown = columnsOf(partial[0] ?? []);
    const [times, assists] = ['GC against map activity: time', 'GC against map activity: mark assists'];
    // The clocks of generations differ by microseconds: buckets begin that much apart.
    expect(Math.abs(Number(shown.get(times)?.[0]) - Number(whole.get(times)?.[0]))).toBeLessThanOrEqual(1);
    expect(shown.get(times)?.length).toBe(whole.get(times)?.length);
    const sum = (values: readonly unknown[] | undefined) => (values ?? []).reduce<number>((total, value) => total + Number(value), 0);
    expect(sum(whole.get(assists))).toBeGreaterThan(0);
    expect(sum(shown.get(assists)) / sum(whole.get(assists))).toBeCloseTo(1, 1);
  });

  it('are for views that time runs through', async () => {
    stretchTime(20);
    const onPartial = jest.fn();
    const flame = { ...query, view: 'flame' } as const;
    await new DecodeService().view({ files: [{ name: 'trace.out', file }], query: flame, context: { refId: 'A' } }, { onPartial });
    expect(onPartial).not.toHaveBeenCalled();
  });

  it('stop with what they are a part of', async () => {
    stretchTime(20);
    const controller = new AbortController();
    const answer = new DecodeService().view(
      { files: [{ name: 'trace.out', file }], query, context: { refId: 'A' } },
      {
        signal: controller.signal,
        onPartial: () => {
          controller.abort();
        },
      },
    );
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('decodeTrace', () => {
  it('shows how far it is: rows as they will be', async () => {
    stretchTime(20);
    const rows: number[] = [];
    const types: number[] = [];
    const trace = await decodeTrace(file, {
      onPrefix: ({ generation, index, trace: { events, syncs } }) => {
        expect(generation).toBe(syncs.length);
        expect(generation).toBeLessThanOrEqual(index.generations.length);
        for (let row = types.length; row < events.length; row++) {
          types.push(events.typeAt(row));
        }
        rows.push(events.length);
        return Promise.resolve();
      },
    });
    expect(new Set(rows).size).toBeGreaterThan(3);
    expect(types).toEqual(Array.from(types, (_, row) => trace.events.typeAt(row)));
    expect(rows.at(-1)).toBeLessThan(trace.events.length);
  });
});
