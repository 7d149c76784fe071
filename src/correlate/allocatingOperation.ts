import type { MapOp } from '../runtime';
import type { IterationPath, StackSite } from './stackSite';

/** A map operation, and which way it goes where it is an iteration. */
export type DirectedMapOp = Readonly<{ op: MapOp; iteration: IterationPath | null }>;

/** A map operation that calls the program's functions, or that the caller of one does around it. */
export interface CallingMapWork extends DirectedMapOp {
  /** The program's line that asks for it. */
  readonly line: string;
  /** A stack of the allocation, or that its caller was seen at the operation in turn with it. */
  readonly evidence: 'operation' | 'caller';
}

/** The map operation that what a stack allocates is part of; null where that is about something else: a function that is called back, what a library looks up for itself. */
export function allocatingOperation(site: StackSite): DirectedMapOp | null {
  if (site.libraryWalk !== null) {
    return { op: 'iterate', iteration: site.libraryWalk };
  }
  return site.mapOp === null || site.isMapCallback || isLibrarysOwn(site) ? null : { op: site.mapOp, iteration: site.iteration };
}

/** Whether a map operation is one beside which what is allocated may be about something else: a function that looks a session up and makes a buffer. */
export function allocatesNothing(op: MapOp): boolean {
  return op === 'access' || op === 'delete' || op === 'clear';
}

/**
 * Whether another of Go's packages looks something up for itself, as encoding/json does in its sync.Map of types for each value: that says nothing of the maps of
 * who called it. Walking and filling are work on the caller's map.
 */
export function isLibrarysOwn({ mapOp, mapSite, mapLine, iteration }: StackSite): boolean {
  return mapOp !== null && mapSite !== mapLine && iteration === null && (mapOp === 'syncmap' || allocatesNothing(mapOp));
}
