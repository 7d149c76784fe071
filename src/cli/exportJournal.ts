import { z } from 'zod';

import { GclensError } from '../base';
import type { BatchAnswer, ExportJournal } from '../bridge';
import { JsonLinesFile, parseJsonLine, readIfThere } from './jsonLines';

/** What a journal is about: another export must not go on with it. */
export interface JournalSubject {
  readonly captureSha256: string;
  /** Without credentials. */
  readonly url: string;
}

const headStart = '{"gclensJournal":1,';
const headSchema = z.looseObject({ gclensJournal: z.literal(1) });
const answerSchema = z.object({ batch: z.string(), accepted: z.number(), rejected: z.number() });

/**
 * A journal in a file of JSON lines: first its subject, then a line for each answer, on the disk before the next batch goes out. A line that a crash cut off is
 * not counted.
 */
export class FileJournal implements ExportJournal {
  private readonly answers = new Map<string, BatchAnswer>();
  private readonly file: JsonLinesFile;

  /** @throws GclensError when the file is no journal, or that of another export */
  constructor(file: string, subject: JournalSubject) {
    const text = readIfThere(file);
    const isCutHead = !text.includes('\n') && (text.startsWith(headStart) || headStart.startsWith(text));
    const lines = isCutHead ? [] : text.split('\n');
    const head = lines[0] === undefined ? null : parseJsonLine(lines[0], headSchema);
    if (lines.length > 0 && head === null) {
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
    this.file = new JsonLinesFile(file, isCutHead ? null : text);
    if (head === null) {
      this.file.append({ gclensJournal: 1, ...subject });
    }
  }

  answerTo(batchKey: string): BatchAnswer | undefined {
    return this.answers.get(batchKey);
  }

  note(batchKey: string, answer: BatchAnswer): void {
    this.answers.set(batchKey, answer);
    this.file.append({ batch: batchKey, ...answer });
  }

  close(): void {
    this.file.close();
  }

  private read(line: string): void {
    const answer = parseJsonLine(line, answerSchema);
    if (answer !== null) {
      this.answers.set(answer.batch, { accepted: answer.accepted, rejected: answer.rejected });
    }
  }
}
