/** How a watch ends. */
export interface Shutdown {
  /** Nothing new is begun. */
  readonly stop: AbortSignal;
  /** What is under way is broken off: some time after `stop`, or when asked again. */
  readonly cancel: AbortSignal;
  dispose(): void;
}

/** Listens for SIGTERM and SIGINT: the first stops, a second or the end of `graceMs` cancels. */
export function listenForSignals(graceMs: number): Shutdown {
  const stop = new AbortController();
  const cancel = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onSignal = () => {
    if (stop.signal.aborted) {
      cancel.abort();
    } else {
      stop.abort();
      timer = setTimeout(() => cancel.abort(), graceMs);
    }
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return {
    stop: stop.signal,
    cancel: cancel.signal,
    dispose: () => {
      clearTimeout(timer);
      process.removeListener('SIGTERM', onSignal).removeListener('SIGINT', onSignal);
    },
  };
}
