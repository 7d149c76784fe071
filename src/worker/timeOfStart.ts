import { gunzip, sniffCapture } from '../capture';
import { recordedUnixMs } from './recordedTime';

/** What the first bytes of a file tell of its time. */
export interface TimeOfStart {
  /** Unix time in ms; undefined where they do not say. */
  readonly unixMs: number | undefined;
  /** Whether the whole file would say the same. */
  readonly isCertain: boolean;
}

/** First version of Go whose traces tell the time: before, no byte of them does. */
const firstTimed = 25;

/**
 * When a capture was recorded, by its first bytes: traces say it in their first batch, CPU profiles before their samples; other profiles behind them.
 * @param start of the file as it is stored
 */
export async function timeOfStart(start: Uint8Array): Promise<TimeOfStart> {
  const content = sniffCapture(start).kind === 'gzip' ? await gunzip(start).then(({ bytes }) => bytes, noBytes) : start;
  const { kind } = sniffCapture(content);
  if (kind === 'foreign' || kind === 'gzip') {
    return { unixMs: undefined, isCertain: false };
  }
  const unixMs = recordedUnixMs(kind, content);
  return { unixMs, isCertain: unixMs !== undefined || kind === 'trace-v1' || (kind === 'trace-v2' && versionOf(content) < firstTimed) };
}

function noBytes(): Uint8Array {
  return new Uint8Array();
}

/** Minor version of Go in the header of a trace. */
function versionOf(trace: Uint8Array): number {
  const [, version] = /^go 1\.(\d+) trace/.exec(new TextDecoder('latin1').decode(trace.subarray(0, 16))) ?? [];
  return Number(version);
}
