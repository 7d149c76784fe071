import { GclensError } from '../../base';
import { BrokenTrace } from '../brokenTrace';
import { sortAsGo } from '../goSort';
import type { Trace } from '../trace';
import { BatchIndex, type SamplesV1 } from './batchIndex';
import { BatchLoader } from './batchLoader';
import { Clock } from './clock';
import { EventRows } from './eventRows';
import { OrderV1 } from './order';
import { TablesV1 } from './tables';
import { orderByTick } from './timestamps';
import { Translator } from './translate';
import { Translation } from './translation';
import { Validator } from './validate';

/** A translation is seldom larger than so many files; what is not written takes no memory, growing does. */
const translatedSize = 2;
/** Events between two yields. */
const eventsPerTurn = 4096;

/** A file that ends within a varint breaks before it. */
const longestVarint = 10;

/** How far the work is at the end of each part of it. */
const indexed = 0.15;
const ordered = 0.6;
const validated = 0.75;

/**
 * Decodes, orders and translates an execution trace of format v1 (Go 1.11 to 1.21) as the official reader does; yields how far it is, from 0 to 1. The
 * whole file is needed before the first event is known: damage in it leaves nothing, damage that shows in the translation leaves what came before.
 * @throws GclensError that names the offset
 */
export function* decodeV1(bytes: Uint8Array, goVersion: number): Generator<number, Trace> {
  try {
    return yield* decode(bytes, goVersion);
  } catch (error) {
    if (error instanceof BrokenTrace) {
      throw new GclensError(error.message, { offset: error.offset, advice: adviceFor(error, bytes.length) });
    }
    throw error;
  }
}

function adviceFor({ message, offset }: BrokenTrace, fileBytes: number): string {
  if (message.startsWith('misuse of region')) {
    return "the program ends regions in another order than they began, and then Go's own tools do not read its traces either: let it end each with defer";
  }
  const onlyWhole = 'a trace of Go 1.21 or older can be read only as a whole';
  return message.includes('EOF') || offset + longestVarint >= fileBytes
    ? `${onlyWhole}: record it again and let it stop before copying`
    : `${onlyWhole}, and this one is damaged: copy it again, or record it anew`;
}

function* decode(bytes: Uint8Array, goVersion: number): Generator<number, Trace> {
  const index = new BatchIndex(bytes, goVersion);
  while (index.step(eventsPerTurn)) {
    yield indexed * (index.offset / bytes.length);
  }
  const rows = new EventRows(index.eventCount, Translator.mostAhead(index.doubleCount));
  const translation = new Translation(translatedSize * bytes.length);
  const tables = new TablesV1(bytes, translation);
  const loader = new BatchLoader(bytes, goVersion, rows, tables);
  addSamples(loader, index.takeSamples());
  const ordering = new OrderV1(rows, loader, index.batches, index.procs);
  while (ordering.step(eventsPerTurn)) {
    yield indexed + (ordered - indexed) * (ordering.length / index.eventCount);
  }
  rows.arrange(orderByTick(bytes, rows, ordering.order));
  const { ticksPerSecond, timerGoroutines } = loader.facts;
  if (ticksPerSecond === 0) {
    throw new BrokenTrace('no EvFrequency event', bytes.length);
  }
  tables.completeStrings();
  const clock = new Clock(rows.tick, rows.first, ticksPerSecond);
  const validator = new Validator(bytes, rows, tables, timerGoroutines, clock);
  for (let row = rows.first; row < rows.length; row++) {
    validator.check(row);
    if (row % eventsPerTurn === 0) {
      yield ordered + (validated - ordered) * (row / rows.length);
    }
  }
  const translator = new Translator({ file: bytes, goVersion, rows, tables, clock, translation });
  return translator.finish(yield* translateAll(translator, rows));
}

/** Returns why the translation ended before its end. */
function* translateAll(translator: Translator, rows: EventRows): Generator<number, GclensError | null> {
  try {
    if (rows.length > rows.first) {
      translator.sync(0);
    }
    for (let row = rows.first; row < rows.length; row++) {
      translator.translate(row);
      if (row % eventsPerTurn === 0) {
        yield validated + (1 - validated) * (row / rows.length);
      }
    }
    translator.sync(1);
    return null;
  } catch (error) {
    if (error instanceof BrokenTrace) {
      return new GclensError(error.message, { offset: error.offset, advice: 'the events before it are kept' });
    }
    throw error;
  }
}

/** Makes rows of the samples by time, equal times where the official reader has them. */
function addSamples(loader: BatchLoader, samples: SamplesV1): void {
  const order = new Uint32Array(samples.length);
  for (let sample = 0; sample < order.length; sample++) {
    order[sample] = sample;
  }
  sortAsGo(order, (a, b) => samples.isBefore(a, b));
  loader.addSamples(samples, order);
}
