import { createHash } from 'node:crypto';
import type { KV, KvEntry } from '@nats-io/kv';
import { z } from 'zod';

import type { BatchAnswer, ExportJournal } from '../../../bridge';

const companionSchema = z.object({ name: z.string(), sha256: z.string() });
const schema = z.object({
  /** Sequence of the message that the export belongs to. */
  owner: z.number(),
  companions: z.array(companionSchema),
  answers: z.record(z.string(), z.object({ accepted: z.number(), rejected: z.number() })),
  isDone: z.boolean(),
});
type Kept = z.infer<typeof schema>;

/** A file that a trace's spans are made from beside it. */
export type Companion = z.infer<typeof companionSchema>;

/** An export that says nothing for so long has ended with its message: another message of the same capture takes it over. */
const abandonedMs = 15 * 60_000;

/** Another worker exports this capture now: stores tell of an object more than once, and a capture may lie under several names. */
export class ExportedElsewhere extends Error {
  constructor() {
    super('another message of the same capture is being worked on');
  }
}

/**
 * The journal of one capture's export to one receiver, in the queue's own key-value store: any replica goes on where another died. It belongs to one message; each
 * note replaces the one before it and no other, so that of two workers that both think it theirs only one goes on.
 */
export class QueueJournal implements ExportJournal {
  private constructor(
    private readonly store: KV,
    private readonly key: string,
    private readonly owner: number,
    private kept: Kept | null,
    /** Of what the store holds under the key, 0 for nothing. */
    private revision: number,
  ) {}

  /**
   * @param url of the receiver
   * @param owner sequence of the message that is worked on
   * @throws ExportedElsewhere, Error when the server is away
   */
  static async open(store: KV, captureSha256: string, url: string, owner: number): Promise<QueueJournal> {
    const key = `${captureSha256}.${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
    const entry = await store.get(key);
    const kept = entry === null ? null : (schema.safeParse(parseJson(entry.string())).data ?? null);
    if (entry !== null && kept !== null && !kept.isDone && kept.owner !== owner && Date.now() - entry.created.getTime() < abandonedMs) {
      throw new ExportedElsewhere();
    }
    return new QueueJournal(store, key, owner, kept, revisionOf(entry));
  }

  /** Every answer is known: nothing is left to send. */
  get isDone(): boolean {
    return this.kept?.isDone === true;
  }

  /** What an export that began is made from beside the trace; undefined when none began. */
  get companions(): readonly Companion[] | undefined {
    return this.kept?.companions;
  }

  /** Takes the export for this message. @throws ExportedElsewhere when another message took it in the meantime */
  async begin(companions: readonly Companion[]): Promise<void> {
    await this.keep({ companions: [...(this.kept?.companions ?? companions)], answers: this.kept?.answers ?? {}, isDone: false });
  }

  answerTo(batchKey: string): BatchAnswer | undefined {
    return this.kept?.answers[batchKey];
  }

  async note(batchKey: string, answer: BatchAnswer): Promise<void> {
    const { companions = [], answers = {} } = this.kept ?? {};
    await this.keep({ companions, answers: { ...answers, [batchKey]: answer }, isDone: false });
  }

  async finish(): Promise<void> {
    await this.keep({ companions: this.kept?.companions ?? [], answers: this.kept?.answers ?? {}, isDone: true });
  }

  private async keep(told: Omit<Kept, 'owner'>): Promise<void> {
    const kept = { owner: this.owner, ...told };
    try {
      const text = JSON.stringify(kept);
      this.revision =
        this.revision === 0 ? await this.store.create(this.key, text) : await this.store.update(this.key, text, this.revision);
    } catch (error) {
      // Whatever was the matter: who else wrote is known from the store alone.
      const now = await this.store.get(this.key);
      if (revisionOf(now) !== this.revision) {
        throw new ExportedElsewhere();
      }
      throw error;
    }
    this.kept = kept;
  }
}

function revisionOf(entry: KvEntry | null): number {
  return entry?.revision ?? 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
