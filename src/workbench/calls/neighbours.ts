import type { CallLayout } from './layOutCalls';
import type { DrawnCall } from './readCalls';

interface PlacedCalls {
  /** Heaviest first. */
  readonly calls: readonly DrawnCall[];
  readonly layout: CallLayout;
}

/**
 * Where an arrow key leads in a graph of calls: down to what a function calls most, up to who calls it most, left and right to what stands beside it;
 * undefined for other keys and where there is nothing.
 */
export function neighbourOf({ calls, layout }: PlacedCalls, row: number, key: string): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return calls.find(({ caller }) => caller === row)?.callee;
    case 'ArrowUp':
      return calls.find(({ callee }) => callee === row)?.caller;
    case 'ArrowLeft':
      return nearest(layout, row, -1);
    case 'ArrowRight':
      return nearest(layout, row, 1);
    default:
      return undefined;
  }
}

/** The next box of the same row of boxes. */
function nearest({ functions }: CallLayout, row: number, side: -1 | 1): number | undefined {
  const from = functions[row];
  let found: number | undefined;
  let least = Infinity;
  functions.forEach(({ x, y }, other) => {
    const distance = from === undefined ? Infinity : (x - from.x) * side;
    if (y === from?.y && distance > 0 && distance < least) {
      found = other;
      least = distance;
    }
  });
  return found;
}
