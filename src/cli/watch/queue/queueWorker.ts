import { setTimeout as sleep } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';

import { GclensError } from '../../../base';
import type { OpenedCapture } from '../../../capture';
import { countsOf } from '../../deliver';
import { assemble } from '../assemble';
import { exportFile, type ExportParts, isTrace, openFile, retryWaitMs } from '../exportFile';
import { Gone, TooLarge } from '../source';
import { type NamedObject, readCaptureEvent } from './captureEvent';
import type { NatsQueue } from './natsQueue';
import { QueueJournal } from './queueJournal';
import { Surroundings } from './surroundings';

/** What a worker works with. */
export interface QueueWorkerParts extends ExportParts {
  readonly queue: NatsQueue;
  /** A message delivered more often than this is buried. */
  readonly maxDeliveries: number;
  /** So old a message is at least when it is worked on: the profile of a trace's moment arrives a little before or after it. */
  readonly settleMs: number;
  /** The first wait before what failed for now is delivered again; each further one is twice as long, up to an hour. */
  readonly firstWaitMs: number;
  /** Told whether the queue answers. */
  readonly setUp: (isUp: boolean) => void;
}

/** What became of a message. */
type Outcome =
  | { readonly kind: 'done'; readonly outcome: string; readonly members?: Readonly<Record<string, unknown>> }
  | { readonly kind: 'later'; readonly reason: string }
  /** Never to be tried again as it is. */
  | { readonly kind: 'poison'; readonly reason: string };

const longestWaitMs = 3_600_000;
const nextMs = 2000;
/** So often a capture waits for neighbours that cannot be read now, then it goes without them. */
const patientDeliveries = 3;

/** Takes messages from a queue and exports what they name. Holds no state: what becomes of a capture is in the queue. */
export class QueueWorker {
  /** Messages that were buried. */
  buried = 0;

  private readonly surroundings: Surroundings;

  constructor(private readonly parts: QueueWorkerParts) {
    this.surroundings = new Surroundings(parts);
  }

  /**
   * Works until `stop`; what is being worked on then ends, or goes back to the queue at `cancel`.
   * @param isOnce ends as well when the queue is empty
   */
  async run(stop: AbortSignal, cancel: AbortSignal, isOnce: boolean): Promise<void> {
    await Promise.all(Array.from({ length: this.parts.concurrency }, () => this.work(stop, cancel, isOnce)));
  }

  private async work(stop: AbortSignal, cancel: AbortSignal, isOnce: boolean): Promise<void> {
    const { queue, setUp, metrics, log, firstWaitMs } = this.parts;
    while (!stop.aborted) {
      try {
        const message = await queue.next(nextMs);
        setUp(true);
        if (message !== null) {
          await this.handle(message, cancel);
        } else {
          const left = await queue.left();
          metrics.queue.set(left);
          if (isOnce && left === 0) {
            return;
          }
        }
      } catch (error) {
        setUp(false);
        log('error', 'queue cannot be used', { reason: error instanceof Error ? error.message : String(error) });
        await sleep(firstWaitMs, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  }

  private async handle(message: JsMsg, cancel: AbortSignal): Promise<void> {
    const { queue, metrics } = this.parts;
    const heartbeat = setInterval(() => message.working(), queue.heartbeatMs);
    const started = performance.now();
    try {
      const outcome = await this.outcomeOf(message, cancel);
      clearInterval(heartbeat);
      await this.answer(message, outcome, cancel);
    } finally {
      clearInterval(heartbeat);
      metrics.seconds.observe((performance.now() - started) / 1000);
    }
  }

  private async answer(message: JsMsg, outcome: Outcome, cancel: AbortSignal): Promise<void> {
    const { queue, log, metrics, firstWaitMs } = this.parts;
    const { deliveryCount, streamSequence: sequence } = message.info;
    if (outcome.kind === 'done') {
      await message.ackAck();
      metrics.captures.inc({ outcome: outcome.outcome });
      log('info', outcome.outcome, { sequence, ...outcome.members });
    } else if (outcome.kind === 'poison') {
      await queue.bury(message, outcome.reason);
      this.buried++;
      metrics.captures.inc({ outcome: 'rejected' });
      log('error', 'buried', { sequence, reason: outcome.reason });
    } else {
      const waitMs = cancel.aborted ? 0 : retryWaitMs(firstWaitMs, deliveryCount, longestWaitMs);
      message.nak(Math.round(waitMs));
      metrics.captures.inc({ outcome: 'retried' });
      log('warning', 'tried again later', { sequence, reason: outcome.reason, deliveries: deliveryCount, waitMs: Math.round(waitMs) });
    }
  }

  private async outcomeOf(message: JsMsg, cancel: AbortSignal): Promise<Outcome> {
    const { deliveryCount } = message.info;
    if (deliveryCount > this.parts.maxDeliveries) {
      return {
        kind: 'poison',
        reason: `delivered ${deliveryCount - 1} times without an end: workers that took it died, or the receiver never took it`,
      };
    }
    const event = readCaptureEvent(message.data);
    if (event.kind === 'unreadable') {
      return { kind: 'poison', reason: event.reason };
    }
    if (event.kind === 'other') {
      return { kind: 'done', outcome: 'ignored', members: { reason: event.what } };
    }
    const youngMs = this.parts.settleMs - (Date.now() - message.time.getTime());
    if (youngMs > 0) {
      await sleep(youngMs, undefined, { signal: cancel }).catch(() => undefined);
    }
    let outcome: Outcome = { kind: 'done', outcome: 'ignored' };
    for (const object of event.objects) {
      outcome = await this.exportOrExplain(object, message, cancel);
      if (outcome.kind !== 'done') {
        return outcome;
      }
    }
    return outcome;
  }

  private async exportOrExplain(object: NamedObject, message: JsMsg, cancel: AbortSignal): Promise<Outcome> {
    const names = this.namesOf(object);
    if (names.length === 0) {
      return { kind: 'done', outcome: 'ignored', members: { reason: 'outside of the source', key: object.keys[0] } };
    }
    const name = names[0] ?? '';
    try {
      return await this.export(await this.open(names, cancel), message, cancel);
    } catch (error) {
      if (cancel.aborted) {
        return { kind: 'later', reason: 'stopped' };
      }
      if (error instanceof Gone) {
        return { kind: 'poison', reason: `${name}: ${error.message}` };
      }
      if (error instanceof TooLarge) {
        return { kind: 'poison', reason: `${name}: larger than ${this.parts.maxBytes} bytes: not read` };
      }
      return error instanceof GclensError
        ? { kind: 'poison', reason: error.message }
        : { kind: 'later', reason: `${name}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  private namesOf({ bucket, keys }: NamedObject): string[] {
    return keys
      .map((key) => (bucket === null ? key : this.parts.source.nameOf(bucket, key)))
      .filter((name) => name !== null)
      .filter((name) => name.split('/').every((part) => part !== '' && part !== '.' && part !== '..'));
  }

  /** The first of several names that is there. */
  private async open([name = '', ...others]: readonly string[], signal: AbortSignal): Promise<OpenedCapture> {
    try {
      return await openFile(this.parts, name, signal);
    } catch (error) {
      if (error instanceof Gone && others.length > 0) {
        return this.open(others, signal);
      }
      throw error;
    }
  }

  private async export(capture: OpenedCapture, message: JsMsg, signal: AbortSignal): Promise<Outcome> {
    const { queue, receiver, settings, metrics, settleMs } = this.parts;
    const { sha256, name: file } = capture.info;
    if (!isTrace(capture)) {
      return { kind: 'done', outcome: 'beside', members: { file } };
    }
    const journal = await QueueJournal.open(queue.journals, sha256, receiver.endpoint.url, message.seq);
    if (journal.isDone) {
      return { kind: 'done', outcome: 'known', members: { file, sha256 } };
    }
    // An export that began goes on with what it began with: other files would make other batches, which the journal does not know.
    const { beside, isOnlyTrace } =
      journal.companions === undefined
        ? await this.surroundings.of(
            file,
            { sinceUnixMs: message.time.getTime() + settleMs, isPatient: message.info.deliveryCount <= patientDeliveries },
            signal,
          )
        : await this.surroundings.asBefore(journal.companions, signal);
    const assembled = await assemble(capture, beside, { signal, settings, isOnlyTrace });
    const { companions } = assembled;
    await journal.begin(companions);
    const { spans, further, rejected, notSent, problems } = await exportFile(file, assembled, this.parts, { signal, journal });
    metrics.spans.inc({ outcome: 'accepted' }, spans.accepted);
    metrics.spans.inc({ outcome: 'rejected' }, spans.rejected);
    metrics.spans.inc({ outcome: 'not_sent' }, spans.notSent);
    const counts = [countsOf(spans), ...further.map((one) => `${one.signal}: ${countsOf(one)}`)].join('; ');
    if (notSent > 0) {
      return { kind: 'later', reason: `${file}: ${problems.join('; ')} (${counts})` };
    }
    await journal.finish();
    if (rejected > 0) {
      return { kind: 'poison', reason: `${file}: the receiver rejected: ${problems.join('; ')} (${counts})` };
    }
    metrics.lastSuccess.setToCurrentTime();
    return {
      kind: 'done',
      outcome: 'exported',
      members: { file, sha256, companions: companions.map(({ name }) => name), counts, known: spans.known },
    };
  }
}
