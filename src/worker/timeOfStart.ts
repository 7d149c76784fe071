import { sniffCapture } from '../capture';
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
  const content = sniffCapture(start).kind === 'gzip' ? await gunzipStart(start) : start;
  const { kind } = sniffCapture(content);
  if (kind === 'foreign' || kind === 'gzip') {
    return { unixMs: undefined, isCertain: false };
  }
  const unixMs = recordedUnixMs(kind, content);
  return { unixMs, isCertain: unixMs !== undefined || kind === 'trace-v1' || (kind === 'trace-v2' && versionOf(content) < firstTimed) };
}

/** The first piece of what is compressed, by the browser's own decompression: the page has no other. Nothing of what is damaged. */
async function gunzipStart(bytes: Uint8Array): Promise<Uint8Array> {
  const reader = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    return (await reader.read()).value ?? new Uint8Array();
  } catch {
    return new Uint8Array();
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Minor version of Go in the header of a trace. */
function versionOf(trace: Uint8Array): number {
  const [, version] = /^go 1\.(\d+) trace/.exec(new TextDecoder('latin1').decode(trace.subarray(0, 16))) ?? [];
  return Number(version);
}
