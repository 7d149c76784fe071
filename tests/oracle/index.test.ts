import { GclensError } from '../../src/base';
import { decodeTrace, EventType, type GenerationIndex, indexTrace, NONE, type Trace } from '../../src/gotrace';
import { malformedTraces, officialTraces, recordedTraces, serviceTraces, v1Traces } from './traceFixtures';

const nsPerSecond = 1_000_000_000n;

interface Generation {
  readonly generation: number;
  /** Threads that certainly wrote events, and all that did or are named by one: a status can stand for another thread. */
  readonly writers: ReadonlySet<number>;
  readonly threads: ReadonlySet<number>;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/** Generations as the events of a decoded trace show them. */
function generationsOf({ events, syncs, originNs }: Trace): Generation[] {
  return [...syncs].slice(0, -1).map(({ event, generation }, n) => {
    const end = syncs.at(n + 1)?.event ?? events.length;
    const writers = new Set<number>();
    const threads = new Set<number>();
    for (let row = event + 1; row < end; row++) {
      // Samples stand in batches of their own, and events without bytes in none.
      if (events.typeAt(row) !== EventType.CPUSample && events.rows.offset[row] !== 2 ** 32 - 1 && events.threadAt(row) !== NONE) {
        threads.add(events.threadAt(row));
        if (![EventType.GoStatus, EventType.GoStatusStack].includes(events.typeAt(row))) {
          writers.add(events.threadAt(row));
        }
      }
    }
    const [firstNs, lastNs] = [originNs + events.bigTimeNsAt(event), originNs + events.bigTimeNsAt(end - 1)];
    return { generation, writers, threads, firstNs, lastNs };
  });
}

function expectSameStart({ startNs }: GenerationIndex, firstNs: bigint, isFirst: boolean): void {
  // Times strictly rise: a generation that overlaps the one before is pushed behind it.
  const isPushed = !isFirst && startNs !== null && startNs < firstNs;
  expect(isPushed ? firstNs : startNs).toBe(firstNs);
}

function defined<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('there are fewer generations than the index says');
  }
  return value;
}

const recorded = [...recordedTraces(), ...serviceTraces()];
const whole = recorded.filter(([, { error }]) => error === null);
const damaged = [...recorded.filter(([, { error }]) => error !== null), ...malformedTraces(), ...v1Traces()];
const official = officialTraces().map(([name, fixture]) => [name, fixture] as const);

describe('indexTrace says what decoding says', () => {
  it.each(whole)('%s', async (_, { read }) => {
    const bytes = read();
    const { goVersion, generations: table, damage } = indexTrace(bytes);
    const generations = [...table];
    expect(generations).toHaveLength(table.length);
    const trace = await decodeTrace(bytes);
    expect(goVersion).toBe(trace.goVersion);
    if (goVersion < 22) {
      expect(generations).toEqual([]);
      return;
    }
    expect(damage).toBeNull();
    const decoded = generationsOf(trace);
    expect(generations.map(({ generation }) => generation)).toEqual(decoded.map(({ generation }) => generation));
    generations.forEach((indexed, n) => {
      const { writers, threads, firstNs, lastNs } = defined(decoded[n]);
      expect(indexed.threads).toEqual(expect.arrayContaining([...writers]));
      expect([...threads]).toEqual(expect.arrayContaining([...indexed.threads]));
      expect(indexed.eventBatches).toBeGreaterThanOrEqual(writers.size);
      expectSameStart(indexed, firstNs, n === 0);
      // Nothing promises it, but the runtime writes its tables last.
      expect(lastNs - (indexed.endNs ?? 0n)).toBeLessThan(nsPerSecond / 10n);
      const snapshot = trace.syncs.at(n)?.snapshot ?? null;
      expect(indexed.snapshot).toEqual(
        snapshot === null ? null : { traceNs: snapshot.traceNs, monoNs: snapshot.monoNs, wallUnixNs: snapshot.wallUnixNs },
      );
    });
  });

  it.each(whole)('%s: each generation alone, behind the header, is a trace', async (_, { read }) => {
    const bytes = read();
    const { generations, goVersion } = indexTrace(bytes);
    for (const { start, end, generation, startNs } of generations) {
      const ending = goVersion >= 26 ? [52] : [];
      const alone = await decodeTrace(Uint8Array.from([...bytes.subarray(0, 16), ...bytes.subarray(start, end), ...ending]));
      expect(alone.damage).toBeNull();
      expect(Array.from(alone.syncs, (sync) => sync.generation)).toEqual([generation, NONE]);
      expect(alone.originNs).toBe(startNs);
    }
  });

  it.each([...damaged, ...official])('damaged or odd: %s', async (_, { read }) => {
    const bytes = read();
    const decoded = await decodeTrace(bytes).catch((error: unknown) => error);
    if (decoded instanceof GclensError) {
      return;
    }
    const trace = decoded as Trace;
    const { generations: table, damage } = indexTrace(bytes);
    const generations = [...table];
    if (damage !== null) {
      expect(trace.damage).not.toBeNull();
    }
    const known = new Set(generations.map(({ generation }) => generation));
    for (const { generation } of trace.syncs) {
      expect(generation === NONE || known.has(generation)).toBe(true);
    }
    for (const [n, { start, end }] of generations.entries()) {
      expect(start).toBeGreaterThanOrEqual(generations[n - 1]?.end ?? 16);
      expect(end).toBeLessThanOrEqual(bytes.length);
    }
  });
});
