import { GclensError } from '../base';

/** A piece is as large as all before it together, within these bounds. */
const smallestPieceBytes = 2 ** 16;
const largestPieceBytes = 2 ** 24;

/** Bytes whose number is not known before they are there. */
export class GrowingOutput {
  length = 0;
  /** Pieces that are full, and the one that is being filled. */
  private readonly full: Uint8Array[] = [];
  private piece: Uint8Array<ArrayBuffer>;
  private used = 0;

  /** @param expectedBytes if it comes true, nothing is copied twice */
  constructor(expectedBytes: number) {
    this.piece = allocate(expectedBytes);
  }

  /** @throws GclensError when there is no memory left */
  append(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > this.piece.length - this.used) {
      const fitting = this.piece.length - this.used;
      this.fill(rest.subarray(0, fitting));
      rest = rest.subarray(fitting);
      this.full.push(this.piece);
      this.piece = allocate(Math.max(smallestPieceBytes, Math.min(this.length, largestPieceBytes)));
      this.used = 0;
    }
    this.fill(rest);
  }

  /** All bytes as one array. */
  take(): Uint8Array {
    const last = this.piece.subarray(0, this.used);
    if (this.full.length === 0 && this.used >= this.piece.length * 0.75) {
      return last;
    }
    const whole = allocate(this.length);
    let end = 0;
    for (const piece of [...this.full, last]) {
      whole.set(piece, end);
      end += piece.length;
    }
    return whole;
  }

  private fill(bytes: Uint8Array): void {
    this.piece.set(bytes, this.used);
    this.used += bytes.length;
    this.length += bytes.length;
  }
}

function allocate(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch {
    throw new GclensError(`there is no memory for ${Math.ceil(size / 2 ** 20)} MiB more`, { advice: 'take a shorter capture' });
  }
}
