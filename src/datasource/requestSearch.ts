import type { Frame, ViewQuery } from '../frames';
import { escapeQuoted, escapeRegExp } from './quoting';

/** A request that a search found. */
export interface FoundRequest {
  /** What the member `query` takes: the span id where the request has one, else its task id. */
  readonly key: string;
  /** Type of the task. */
  readonly name: string;
  readonly traceId: string | null;
  readonly durationNs: number;
  /** What the GC took of it; null where that is not known. */
  readonly gcTaxNs: number | null;
}

/** More are found by typing more. */
const maxFound = 30;

/**
 * Requests that a text names: by trace id, span id, request id or task id, or by a part of their name; those that paid most to the GC first. An empty text names
 * all of them.
 * @param ask answers the view `requests` narrowed down by these members
 */
export async function searchRequests(
  ask: (part: Pick<ViewQuery, 'query' | 'selector' | 'limit'>) => Promise<readonly Frame[]>,
  text: string,
): Promise<FoundRequest[]> {
  const wanted = text.trim();
  const limit = maxFound;
  if (wanted === '') {
    return readRequests(await ask({ limit }));
  }
  const ofName = { selector: `{type=~"(?i).*${escapeQuoted(escapeRegExp(wanted))}.*"}`, limit };
  const [byId, byName] = await Promise.all([ask({ query: wanted, limit }), ask(ofName)]);
  const found = [...readRequests(byId), ...readRequests(byName)];
  return found.filter(({ key }, index) => found.findIndex((other) => other.key === key) === index).slice(0, maxFound);
}

/** Reads the frame of the view `requests`. */
function readRequests(frames: readonly Frame[]): FoundRequest[] {
  const [frame] = frames;
  const column = (name: string): readonly unknown[] => frame?.fields.find((field) => field.name === name)?.values ?? [];
  const [names, traceIds, durations, taxes] = ['type', 'traceId', 'durationNs', 'gcTax'].map(column);
  return column('request').map((key, row) => {
    const [traceId, tax] = [traceIds?.[row], taxes?.[row]];
    return {
      key: String(key),
      name: String(names?.[row]),
      traceId: typeof traceId === 'string' ? traceId : null,
      durationNs: Number(durations?.[row]),
      gcTaxNs: typeof tax === 'number' ? tax : null,
    };
  });
}
