import type { OtlpEncoding } from './batches';
import type { Endpoint } from './endpoint';
import type { ExportCounts, ExportOptions } from './exportSpans';
import type { BatchAnswer } from './journal';
import { RequestSender } from './requestSender';
import { type Signal, signals } from './signal';
import { httpTransport } from './transport';

/** One request of a signal that is not split: data points or profiles of a capture. */
export interface SignalRequest {
  readonly signal: Signal;
  /** Data points or profiles in it. */
  readonly items: number;
  /** The same in every export of the capture, for the journal. */
  readonly key: string;
  /** The encoded request. Profiles have no JSON: they are protobuf always. */
  encode(encoding: OtlpEncoding): Uint8Array;
  readonly hasJson: boolean;
}

/** What became of the items of one signal. */
export interface SignalReport extends ExportCounts {
  readonly problems: readonly string[];
}

/** Sends requests of one signal, one after the other, and counts what the receiver answers, as `exportSpans` does for spans. */
export async function exportRequests(
  requests: Iterable<SignalRequest>,
  endpoint: Endpoint,
  options: Omit<ExportOptions, 'limits' | 'onCount'> = {},
): Promise<SignalReport> {
  const { journal, compression = 'gzip', post, encoding = 'protobuf' } = options;
  const totals = { accepted: 0, rejected: 0, notSent: 0 };
  const problems = new Set<string>();
  let sender: RequestSender | undefined;
  for (const request of requests) {
    const wanted = request.hasJson && options.transport === undefined ? encoding : 'protobuf';
    sender ??= new RequestSender(
      options.transport ?? httpTransport(endpoint, { encoding: wanted, compression, ...(post === undefined ? {} : { post }) }),
      options,
    );
    const before = journal?.answerTo(request.key);
    const answer = before ?? (await answerTo(request, sender, wanted, problems));
    totals.accepted += answer.accepted;
    totals.rejected += answer.rejected;
    totals.notSent += request.items - answer.accepted - answer.rejected;
    if (before === undefined && answer.accepted + answer.rejected > 0) {
      await journal?.note(request.key, answer);
    }
  }
  return { ...totals, problems: [...problems, ...(sender?.problems ?? [])] };
}

async function answerTo(
  { signal, items, encode }: SignalRequest,
  sender: RequestSender,
  encoding: OtlpEncoding,
  problems: Set<string>,
): Promise<BatchAnswer> {
  const verdict = sender.isOver ? null : await sender.send(encode(encoding));
  if (verdict?.kind === 'accepted') {
    const rejected = Math.min(items, verdict.rejectedItems);
    if (rejected > 0 || verdict.message !== '') {
      problems.add(
        `the receiver took a request in part: ${rejected} ${signals[signal].items} rejected${verdict.message === '' ? '' : `: ${verdict.message}`}`,
      );
    }
    return { accepted: items - rejected, rejected };
  }
  if (verdict?.kind === 'rejected' || verdict?.kind === 'tooLarge') {
    problems.add(verdict.reason);
    return { accepted: 0, rejected: items };
  }
  return { accepted: 0, rejected: 0 };
}
