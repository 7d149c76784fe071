import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { z } from 'zod';

/** The text of a file, empty where there is none. */
export function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** A line as what its schema says; null for what is no JSON or something else, as a line that a crash cut off. */
export function parseJsonLine<T>(line: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** A file of JSON lines that is only appended to. */
export class JsonLinesFile {
  private readonly descriptor: number;

  /** @param kept what the file holds and goes on behind; null to begin it anew */
  constructor(file: string, kept: string | null) {
    this.descriptor = openSync(file, kept === null ? 'w' : 'a');
    if (kept !== null && !kept.endsWith('\n')) {
      // Ends the line that a crash cut off.
      writeSync(this.descriptor, '\n');
    }
  }

  /** The line is on the disk when this returns. */
  append(entry: object): void {
    writeSync(this.descriptor, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.descriptor);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
