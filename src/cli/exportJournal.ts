import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

import { GclensError } from '../base';
import type { BatchAnswer, ExportJournal } from '../bridge';

/** What a journal is about: another export must not go on with it. */
export interface JournalSubject {
  readonly captureSha256: string;
  /** Without credentials. */
  readonly url: string;
}

const headStart = '{"gclensJournal":1,';

/**
 * A journal in a file of JSON lines: first its subject, then a line for each answer, on the disk before the next batch goes out. A line that a crash cut off is
 * not counted.
 */
export class FileJournal implements ExportJournal {
  private readonly answers = new Map<string, BatchAnswer>();
  private readonly descriptor: number;

  /** @throws GclensError when the file is no journal, or that of another export */
  constructor(file: string, subject: JournalSubject) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const isCutHead = !text.includes('\n') && (text.startsWith(headStart) || headStart.startsWith(text));
    const lines = isCutHead ? [] : text.split('\n');
    const head = lines[0] === undefined ? null : parseLine(lines[0]);
    if (lines.length > 0 && head?.gclensJournal !== 1) {
      throw new GclensError(`${file} is no journal of gclens`, { advice: 'Give --journal a file that is not there yet.' });
    }
    if (head !== null && (head.captureSha256 !== subject.captureSha256 || head.url !== subject.url)) {
      throw new GclensError(`${file} is the journal of another export: of other captures or to another receiver`, {
        advice: 'Give each export a journal of its own.',
      });
    }
    for (const line of lines.slice(1)) {
      this.read(line);
    }
    // A head that a crash cut off is written anew: nothing was sent before it was whole.
    this.descriptor = openSync(file, isCutHead ? 'w' : 'a');
    if (head === null) {
      this.append({ gclensJournal: 1, ...subject });
    } else if (lines.at(-1) !== '') {
      // Ends the line that a crash cut off.
      writeSync(this.descriptor, '\n');
    }
  }

  answerTo(batchKey: string): BatchAnswer | undefined {
    return this.answers.get(batchKey);
  }

  note(batchKey: string, answer: BatchAnswer): void {
    this.answers.set(batchKey, answer);
    this.append({ batch: batchKey, ...answer });
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private read(line: string): void {
    const entry = line === '' ? null : parseLine(line);
    if (entry !== null && typeof entry.batch === 'string' && typeof entry.accepted === 'number' && typeof entry.rejected === 'number') {
      this.answers.set(entry.batch, { accepted: entry.accepted, rejected: entry.rejected });
    }
  }

  private append(entry: Readonly<Record<string, unknown>>): void {
    writeSync(this.descriptor, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.descriptor);
  }
}

function parseLine(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
