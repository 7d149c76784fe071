import { createHash } from 'node:crypto';
import type { KV } from '@nats-io/kv';
import { z } from 'zod';

import type { BatchAnswer, ExportJournal } from '../../../bridge';

const schema = z.object({
  companions: z.array(z.string()),
  answers: z.record(z.string(), z.object({ accepted: z.number(), rejected: z.number() })),
  isDone: z.boolean(),
});
type Kept = z.infer<typeof schema>;

/** The journal of one capture's export to one receiver, in the queue's own key-value store: any replica goes on where another died. */
export class QueueJournal implements ExportJournal {
  private constructor(
    private readonly store: KV,
    private readonly key: string,
    private kept: Kept | null,
  ) {}

  /** @param url of the receiver. @throws Error when the server is away */
  static async open(store: KV, captureSha256: string, url: string): Promise<QueueJournal> {
    const key = `${captureSha256}.${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
    const entry = await store.get(key);
    return new QueueJournal(store, key, entry === null ? null : (schema.safeParse(parseJson(entry.string())).data ?? null));
  }

  /** Every answer is known: nothing is left to send. */
  get isDone(): boolean {
    return this.kept?.isDone === true;
  }

  /** Identities of what an export that began is made from beside the trace; undefined when none began. */
  get companions(): readonly string[] | undefined {
    return this.kept?.companions;
  }

  async begin(companions: readonly string[]): Promise<void> {
    if (this.kept === null) {
      await this.keep({ companions: [...companions], answers: {}, isDone: false });
    }
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

  private async keep(kept: Kept): Promise<void> {
    await this.store.put(this.key, JSON.stringify(kept));
    this.kept = kept;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
