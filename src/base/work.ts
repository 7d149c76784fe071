/** How far a piece of long work is. `fraction` runs from 0 to 1 within `stage`. */
export type ReportProgress = (stage: string, fraction: number) => void;

/** Options of everything that can take long: it reports, and it stops when told to. */
export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: ReportProgress;
}

/** Lets the event loop turn, so that a cancel message can arrive and a progress bar can move; throws the signal's reason when aborted. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
  signal?.throwIfAborted();
}
