import type { WorkOptions } from '../base';
import type { TimeRangeMs } from '../frames';
import { decodeTrace, type GenerationIndex, type Trace, type TracePrefix } from '../gotrace';

/** What is decoded ahead of the rest is a fraction of a second's work. */
const mostBytes = 2 ** 26;
const headerBytes = 16;
/** From this version on a generation ends with a byte of its own. */
const firstEndedVersion = 26;
const endOfGeneration = 52;

/**
 * Decodes the generations that a range of the time axis shows, ahead of the rest: behind the header of the file each is a trace of its own. Its times are
 * relative to its own start; its wall clock is the whole trace's.
 * @returns null where the range shows none, or the generations have no wall clock (before Go 1.25), which the axis goes by
 */
export async function decodeUnder(
  { fromMs, toMs }: TimeRangeMs,
  { index, trace: { bytes } }: TracePrefix,
  options: WorkOptions,
): Promise<{ readonly trace: Trace; readonly generation: number } | null> {
  const shown = Array.from(index.generations).flatMap((generation, place) => {
    const times = wallTimesMs(generation);
    return times !== null && generation.isWhole && times.fromMs <= toMs && times.toMs >= fromMs ? [{ ...generation, place }] : [];
  });
  const first = shown[0];
  if (first === undefined) {
    return null;
  }
  const last = shown.findLast(({ end }) => end - first.start <= mostBytes) ?? first;
  const alone = new Uint8Array(headerBytes + last.end - first.start + (index.goVersion >= firstEndedVersion ? 1 : 0));
  alone.set(bytes.subarray(0, headerBytes));
  alone.set(bytes.subarray(first.start, last.end), headerBytes);
  if (index.goVersion >= firstEndedVersion) {
    alone[alone.length - 1] = endOfGeneration;
  }
  return { trace: await decodeTrace(alone, options), generation: first.place + 1 };
}

function wallTimesMs({ startNs, endNs, snapshot }: GenerationIndex): TimeRangeMs | null {
  if (startNs === null || endNs === null || snapshot === null) {
    return null;
  }
  const toMs = (timeNs: bigint): number => Number(snapshot.wallUnixNs + timeNs - snapshot.traceNs) / 1e6;
  return { fromMs: toMs(startNs), toMs: toMs(endNs) };
}
