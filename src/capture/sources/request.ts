import { type Asked, explainContent, explainRefusal } from './explainAnswer';
import { type Ask, type HttpAnswer, type HttpRequest, readStart } from './http';

/** How much of a refusal is read. */
const explainedBytes = 16_384;

/** An answer with the status 2xx, and how long its head took. */
export interface GoodAnswer {
  readonly answer: HttpAnswer;
  readonly tookMs: number;
}

/**
 * Asks, and explains every answer but a good one.
 * @param accepted further statuses that the caller reads itself
 * @throws GclensError with cause and remedy
 */
export async function request(ask: Ask, wanted: HttpRequest, asked: Asked, accepted: readonly number[] = []): Promise<GoodAnswer> {
  const startMs = performance.now();
  const answer = await ask(wanted);
  const tookMs = performance.now() - startMs;
  if ((answer.status >= 200 && answer.status < 300) || accepted.includes(answer.status)) {
    return { answer, tookMs };
  }
  const start = await readStart(answer, explainedBytes);
  throw explainRefusal({ status: answer.status, contentType: answer.header('content-type') ?? '', start, tookMs }, asked);
}

/** Throws a GclensError when what came is a page, a login, or nothing. */
export function refuseForeign({ answer, tookMs }: GoodAnswer, body: Uint8Array, asked: Asked): void {
  const foreign = explainContent(
    { status: answer.status, contentType: answer.header('content-type') ?? '', start: body.subarray(0, explainedBytes), tookMs },
    asked,
  );
  if (foreign !== undefined) {
    throw foreign;
  }
}
