import type { OpenedCapture, Sha256 } from '../capture';

/** Captures that were identified and are likely to be decoded next: they need not be read and decompressed again. */
export class RecentlyOpened {
  /** The newest is last. */
  private readonly captures = new Map<Sha256, OpenedCapture>();

  /** @param maxBytes bound of what is kept; the newest stays, however large */
  constructor(private readonly maxBytes: number) {}

  add(capture: OpenedCapture): void {
    this.captures.delete(capture.info.sha256);
    this.captures.set(capture.info.sha256, capture);
    let total = 0;
    this.captures.forEach(({ bytes }) => {
      total += bytes.length;
    });
    for (const [key, { bytes }] of this.captures) {
      if (total <= this.maxBytes || this.captures.size === 1) {
        return;
      }
      total -= bytes.length;
      this.captures.delete(key);
    }
  }

  /** Hands a capture over: who decodes it keeps its bytes. */
  take(sha256: Sha256): OpenedCapture | undefined {
    const capture = this.captures.get(sha256);
    this.captures.delete(sha256);
    return capture;
  }
}
