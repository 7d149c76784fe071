/** Reading stopped: why, in the official reader's words, and where. Never leaves this folder; a GclensError does. */
export class BrokenTrace extends Error {
  override readonly name = 'BrokenTrace';

  constructor(
    reason: string,
    readonly offset: number,
  ) {
    super(reason);
  }
}

/**
 * A structure ended exactly where its next part should begin. The official reader hands on a plain io.EOF there and takes the file as ended, so
 * gclens prints the same events and reports no damage.
 */
export class UnexpectedEnd extends BrokenTrace {
  override readonly name = 'UnexpectedEnd' as 'BrokenTrace';
}
