/** What waits for its turn, in the order in which it came. */
const waiting = new Set<() => void>();
/** At most so long the page may be busy otherwise. */
const latestMs = 100;
let isComing = false;

/**
 * Does something once the page has nothing else to do, and one such thing at a time: each of several answers that come together is then rendered, laid out
 * and drawn in tasks of its own, between which the page answers.
 * @returns forgets it
 */
export function doInTurn(doing: () => void): () => void {
  waiting.add(doing);
  comeBack();
  return () => {
    waiting.delete(doing);
  };
}

function comeBack(): void {
  if (!isComing && waiting.size > 0) {
    isComing = true;
    whenIdle(() => {
      isComing = false;
      const [next] = waiting;
      if (next !== undefined) {
        waiting.delete(next);
        next();
        comeBack();
      }
    });
  }
}

function whenIdle(callback: () => void): void {
  if ('requestIdleCallback' in window) {
    window.requestIdleCallback(callback, { timeout: latestMs });
  } else {
    setTimeout(callback, 0);
  }
}
