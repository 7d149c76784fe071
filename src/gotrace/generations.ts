import { type Batch, BatchReader, endOfGeneration } from './batches';
import { BrokenTrace } from './brokenTrace';
import { Generation, type Tables } from './generation';
import { headerBytes } from './header';

/** Batches read between two chances to stop. */
const batchesPerStep = 64;

/** What the file holds next; `more`: a generation that takes further steps to read. `broken` comes after all generations that are whole, and ends the file as `end` does. */
export type NextGeneration =
  | { readonly kind: 'more' }
  | { readonly kind: 'generation'; readonly generation: Generation }
  | { readonly kind: 'broken'; readonly error: BrokenTrace }
  | { readonly kind: 'end' };

/** Groups batches into generations by the rules of go-execution-trace.md section 1.4. */
export class GenerationReader {
  private readonly batches: BatchReader;
  /** First batch of the next generation (before Go 1.26, which ends generations explicitly). */
  private spilled: Batch | null = null;
  private spilledError: BrokenTrace | null = null;
  private any = false;
  /** The generation that is being read. */
  private current: Generation | null = null;

  constructor(
    private readonly tables: Tables,
    private readonly goVersion: number,
  ) {
    this.batches = new BatchReader(tables.bytes, headerBytes);
  }

  /** How far the file was read, in bytes. */
  get offset(): number {
    return this.batches.offset;
  }

  /** Reads some batches. */
  step(): NextGeneration {
    try {
      return this.goVersion >= 26 ? this.readEnded() : this.readSpilling();
    } catch (error) {
      if (error instanceof BrokenTrace) {
        return { kind: 'broken', error };
      }
      throw error;
    }
  }

  /** Go 1.26 and later: a generation ends with its own byte. */
  private readEnded(): NextGeneration {
    const generation = (this.current ??= new Generation(this.tables, this.goVersion));
    for (let n = 0; n < batchesPerStep; n++) {
      const batch = this.batches.next();
      if (batch === null) {
        if (generation.batches.size !== 0) {
          throw new BrokenTrace('incomplete generation found; trace likely truncated', this.offset);
        }
        return { kind: 'end' };
      }
      if (generation.number === 0) {
        generation.number = batch.generation;
      }
      if (batch.kind === endOfGeneration) {
        return this.complete(generation);
      }
      checkGenerationNumber(batch);
      if (batch.generation !== generation.number) {
        throw new BrokenTrace('broken trace: missing end-of-generation event, or generations are interleaved', batch.offset);
      }
      generation.add(batch);
    }
    return { kind: 'more' };
  }

  private complete(generation: Generation): NextGeneration {
    generation.complete(this.offset);
    this.current = null;
    return { kind: 'generation', generation };
  }

  /** Before Go 1.26: a generation ends where a batch of the next one begins, or with the file. */
  private readSpilling(): NextGeneration {
    if (this.spilledError !== null) {
      return { kind: 'broken', error: this.spilledError };
    }
    if (this.any && this.spilled === null && this.current === null) {
      return { kind: 'end' };
    }
    this.any = true;
    const generation = (this.current ??= this.beginSpilled());
    return this.readUntilSpill(generation) ? this.complete(generation) : { kind: 'more' };
  }

  /** A generation that begins with the batch that ended the one before. */
  private beginSpilled(): Generation {
    const generation = new Generation(this.tables, this.goVersion);
    if (this.spilled !== null) {
      generation.number = this.spilled.generation;
      generation.add(this.spilled);
      this.spilled = null;
    }
    return generation;
  }

  /** Reads some batches of a generation; true when it is whole. */
  private readUntilSpill(generation: Generation): boolean {
    for (let n = 0; n < batchesPerStep; n++) {
      const batch = this.nextOrSpillError(generation);
      if (batch === null) {
        return true;
      }
      checkGenerationNumber(batch);
      if (generation.number === 0) {
        generation.number = batch.generation;
      }
      if (batch.generation === generation.number + 1) {
        this.spilled = batch;
        return true;
      }
      if (batch.generation !== generation.number) {
        throw new BrokenTrace('generations out of order', batch.offset);
      }
      generation.add(batch);
    }
    return false;
  }

  /** A batch that cannot be read may belong to the next generation: this one is delivered before the error is. */
  private nextOrSpillError(generation: Generation): Batch | null {
    try {
      return this.batches.next();
    } catch (error) {
      if (error instanceof BrokenTrace && generation.number !== 0) {
        this.spilledError = error;
        return null;
      }
      throw error;
    }
  }
}

function checkGenerationNumber(batch: Batch): void {
  if (batch.generation === 0) {
    throw new BrokenTrace('invalid generation number 0', batch.offset);
  }
}
