import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { GclensError } from '../../base';
import { JsonLinesFile, parseJsonLine, readIfThere } from '../jsonLines';
import { outputError } from '../outputError';
import { StateLock } from './stateLock';

const finalOutcomes = ['exported', 'rejected', 'beside', 'tooLarge'] as const;

const entrySchema = z.object({
  file: z.string(),
  version: z.string(),
  /** Missing where the file was not read. */
  sha256: z.string().optional(),
  /** `begun`: an export is under way. `beside`: a profile or spans, which are exported with the trace of their moment. */
  outcome: z.enum(['begun', ...finalOutcomes]),
  reason: z.string().optional(),
  /** Identities of what an export that began is made from beside the trace. */
  companions: z.array(z.string()).optional(),
  accepted: z.number().optional(),
  rejected: z.number().optional(),
});

/** What became of a file. */
export type StateEntry = z.infer<typeof entrySchema>;
export type FinalOutcome = (typeof finalOutcomes)[number];

/**
 * What became of each capture, in a file of JSON lines in the state folder: only appended to, on the disk before the watch goes on. A line that a crash cut off is
 * not counted. The journals of exports are beside it.
 */
export class WatchState {
  private readonly finalByFile = new Map<string, StateEntry>();
  private readonly finalBySha256 = new Map<string, StateEntry>();
  private readonly begun = new Map<string, StateEntry>();
  private readonly lines: JsonLinesFile;
  private readonly lock: StateLock;

  /** @param url where captures are exported to, without credentials. @throws GclensError when the folder is not writable of another receiver, or in use */
  constructor(
    private readonly folder: string,
    url: string,
  ) {
    const file = join(folder, 'captures.jsonl');
    try {
      mkdirSync(join(folder, 'exports'), { recursive: true });
      this.lock = StateLock.take(folder);
      const text = readIfThere(file);
      const lines = text.split('\n');
      const head = parseJsonLine(lines[0] ?? '', z.object({ gclensWatch: z.literal(1), url: z.string() }));
      if (lines.length > 1 && head === null) {
        throw new GclensError('this is no state of gclens watch', { file, advice: 'Give --state a folder of its own.' });
      }
      if (head !== null && head.url !== url) {
        throw new GclensError('this is the state of exports to another receiver', {
          file,
          advice: 'Give each receiver a --state of its own.',
        });
      }
      for (const line of lines.slice(1)) {
        this.keep(parseJsonLine(line, entrySchema));
      }
      // Without a head there is at most a piece of one, that a crash cut off.
      this.lines = new JsonLinesFile(file, head === null ? null : text);
      if (head === null) {
        this.lines.append({ gclensWatch: 1, url });
      }
    } catch (error) {
      throw outputError(error, folder);
    }
  }

  /** What is known for good of a file of this name and version, without reading it. */
  ofFile(file: string, version: string): StateEntry | undefined {
    return this.finalByFile.get(keyOf(file, version));
  }

  /** What is known for good of a capture, under whatever name it was. */
  ofCapture(sha256: string): StateEntry | undefined {
    return this.finalBySha256.get(sha256);
  }

  /** The export of a capture that began and has no end. */
  begunOf(sha256: string): StateEntry | undefined {
    return this.begun.get(sha256);
  }

  note(entry: StateEntry): void {
    this.lines.append(entry);
    this.keep(entry);
  }

  journalFile(sha256: string): string {
    return join(this.folder, 'exports', `${sha256}.jsonl`);
  }

  close(): void {
    this.lines.close();
    this.lock.release();
  }

  private keep(entry: StateEntry | null): void {
    if (entry === null) {
      return;
    }
    if (entry.outcome === 'begun') {
      if (entry.sha256 !== undefined) {
        this.begun.set(entry.sha256, entry);
      }
      return;
    }
    this.finalByFile.set(keyOf(entry.file, entry.version), entry);
    if (entry.sha256 !== undefined) {
      this.finalBySha256.set(entry.sha256, entry);
      this.begun.delete(entry.sha256);
    }
  }
}

function keyOf(file: string, version: string): string {
  return `${version}\n${file}`;
}
