import {
  AckPolicy,
  type Consumer,
  type JetStreamClient,
  jetstream,
  type JetStreamManager,
  jetstreamManager,
  type JsMsg,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, errors, headers, type NatsConnection } from '@nats-io/transport-node';

import { GclensError } from '../../../base';
import { explainNoAnswer } from '../../../bridge';
import type { QueueAddress } from './queueAddress';

/** What a worker takes from a queue. */
export interface QueueOptions {
  /** Subject that names of captures are published to. */
  readonly subject: string;
  /** Name of the durable consumer that all replicas share. */
  readonly durable: string;
}

/** A stream that gclens makes where nothing else keeps the subject. */
const streamName = 'gclens-captures';
const deadStreamName = 'gclens-dead';
const journalBucket = 'gclens-journal';
/** What became of a capture is known so long. */
const journalMs = 14 * 86_400_000;
/** A worker that says nothing for so long has died: its captures go to another. */
const ackWaitMs = 60_000;
const nsPerMs = 1e6;

/** Names of captures in NATS JetStream: a stream, a durable pull consumer that all replicas share, a stream of what cannot be exported, and what became of captures. */
export class NatsQueue {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly client: JetStreamClient,
    private readonly consumer: Consumer,
    private readonly durable: string,
    /** How often the server must hear that work goes on. */
    readonly heartbeatMs: number,
    readonly journals: KV,
  ) {}

  /** Connects, and makes what is not there yet. @throws GclensError when the server cannot be reached or has no JetStream */
  static async open({ server, options }: QueueAddress, { subject, durable }: QueueOptions): Promise<NatsQueue> {
    let connection: NatsConnection | undefined;
    try {
      connection = await connect(options);
      const manager = await jetstreamManager(connection);
      const stream = await streamOf(manager, subject);
      await ensureStream(manager, deadStreamName, 'gclens.dead.>', RetentionPolicy.Limits);
      const { config } = await consumerOf(manager, stream, durable, subject);
      const client = jetstream(connection);
      return new NatsQueue(
        connection,
        client,
        await client.consumers.get(stream, durable),
        durable,
        (config.ack_wait ?? ackWaitMs * nsPerMs) / nsPerMs / 4,
        await new Kvm(client).create(journalBucket, { ttl: journalMs, history: 1 }),
      );
    } catch (error) {
      await connection?.close();
      throw error instanceof GclensError ? error : explain(error).with({ file: `nats://${server}` });
    }
  }

  /** The next message, null when none came within a time. @throws Error when the server is away */
  async next(withinMs: number): Promise<JsMsg | null> {
    return this.consumer.next({ expires: withinMs });
  }

  /** Messages that wait, are being worked on, or are to be delivered again. @throws Error when the server is away */
  async left(): Promise<number> {
    const { num_pending: waiting, num_ack_pending: delivered } = await this.consumer.info();
    return waiting + delivered;
  }

  /**
   * Keeps a message that cannot be exported, with its reason, and takes it from the queue. It is as it came: published to its subject again it is tried again.
   * @throws Error when the server is away
   */
  async bury(message: JsMsg, reason: string): Promise<void> {
    const told = headers();
    // A header is one line.
    told.set('Gclens-Reason', reason.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 1000));
    told.set('Gclens-Subject', message.subject);
    told.set('Gclens-Deliveries', String(message.info.deliveryCount));
    await this.client.publish(`gclens.dead.${this.durable}`, message.data, {
      headers: told,
      // Buried once, also when a worker dies between this and the next line.
      msgID: `${message.info.stream} ${message.seq}`,
    });
    await message.ackAck();
  }

  async close(): Promise<void> {
    await this.connection.drain();
  }
}

/** Why a queue cannot be used, and what helps. */
function explain(error: unknown): GclensError {
  const { kind, reason } = explainNoAnswer(error, 'NATS_CA');
  if (kind === 'untrusted') {
    return new GclensError(`the queue cannot be used: ${reason}`);
  }
  const message = error instanceof Error ? error.message : String(error);
  const advice =
    error instanceof errors.AuthorizationError || error instanceof errors.PermissionViolationError
      ? 'It wants other credentials: set NATS_USER and NATS_PASSWORD, NATS_TOKEN, NATS_NKEY or NATS_CREDS, of a user who may use JetStream.'
      : error instanceof errors.TimeoutError
        ? 'No NATS server answers there, or it wants the certificate of a client: set NATS_CERT and NATS_KEY.'
        : 'Is it a NATS server with JetStream (nats-server -js)?';
  return new GclensError(`the queue cannot be used (${message})`, { advice });
}

async function streamOf(manager: JetStreamManager, subject: string): Promise<string> {
  try {
    return await manager.streams.find(subject);
  } catch {
    await ensureStream(manager, streamName, subject, RetentionPolicy.Workqueue);
    return manager.streams.find(subject);
  }
}

async function ensureStream(manager: JetStreamManager, name: string, subject: string, retention: RetentionPolicy): Promise<void> {
  try {
    await manager.streams.add({ name, subjects: [subject], retention, storage: StorageType.File });
  } catch (error) {
    // It is there with settings of somebody else's: they count.
    const { config } = await manager.streams
      .info(name)
      .catch(() => Promise.reject(error instanceof Error ? error : new Error(String(error))));
    if (!config.subjects.includes(subject)) {
      throw new GclensError(`the stream ${name} keeps other subjects than ${subject}`, {
        advice: 'Make a stream for the subject, or name another --subject.',
      });
    }
  }
}

async function consumerOf(manager: JetStreamManager, stream: string, durable: string, subject: string) {
  try {
    return await manager.consumers.info(stream, durable);
  } catch {
    return manager.consumers.add(stream, {
      durable_name: durable,
      filter_subject: subject,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ackWaitMs * nsPerMs,
      // How often is enough is for the worker to say: the server would only leave such a message lying.
      max_deliver: -1,
    });
  }
}
