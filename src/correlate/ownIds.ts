import { sha256 } from '@noble/hashes/sha2.js';

import { toHex } from '../base';

/**
 * Ids of spans and traces that gclens makes: hashes of the capture's sha-256 and a position in it, so that exporting a capture twice gives the same spans, and links
 * can name a trace before or after it was exported.
 */
export class SpanIds {
  constructor(private readonly captureSha256: string) {}

  /** 32 hex digits for a trace of gclens' own. */
  traceId(position: string): string {
    return this.hash('trace', position, 16);
  }

  /** 16 hex digits for a span; positions are unique within a capture. */
  spanId(position: string): string {
    return this.hash('span', position, 8);
  }

  private hash(kind: string, position: string, bytes: number): string {
    const hex = toHex(sha256(new TextEncoder().encode(`gclens ${kind} ${this.captureSha256} ${position}`)).subarray(0, bytes));
    // W3C Trace Context: an id of zeros is invalid.
    return /^0+$/.test(hex) ? `${hex.slice(0, -1)}1` : hex;
  }
}

/** Where a GC cycle's trace has its ids from: its row among the cycles of the capture. */
export function cyclePosition(row: number): string {
  return `cycle ${row}`;
}
