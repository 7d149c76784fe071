/** What decodeAlone.mjs prints. */
export interface Decoded {
  readonly events: number;
  readonly outcome: string;
  readonly peakBytes: number;
  readonly ms: number;
}
