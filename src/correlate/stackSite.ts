import { remember } from '../base';
import type { Trace } from '../gotrace';
import {
  decideMapOp,
  formatSite,
  framesOfStack,
  hideTypeArguments,
  isStandardLibrary,
  type MapOp,
  mapOpOfFunction,
  mapSite,
  siteOf,
  type SourceFrame,
} from '../runtime';
import { isInlinedIterator } from './iterators';
import { walkOfLibrary } from './mapWalkers';

/** What a stack says of the line it is about. */
export interface StackSite {
  /** First frame outside of the runtime and reflect (facts.md section 3); null without. */
  readonly site: string | null;
  /** The first line outside of Go's own packages: what the program's author can change. `site` where there is none. */
  readonly line: string | null;
  /** Where `line` is of a module that the program depends on: the program's own line that led there; null elsewhere. */
  readonly calledFrom: string | null;
  /** Function of `line`; closures and loop bodies are the function that holds them where that one runs them, see {@link functionAt}; '' without. */
  readonly function: string;
  /** What called `function`: a closure by its own name, since each does something else; '' without. */
  readonly caller: string;
  readonly mapOp: MapOp | null;
  /** Which way the walk over a map goes that it is part of without a map operation in the stack, see {@link walkOfLibrary}; null of none. */
  readonly libraryWalk: IterationPath | null;
  /** Whether the program's line is called by the map operation, as the function is that sync.Map.Range is given: the operation did not do what it does. */
  readonly isMapCallback: boolean;
  /** The line that asked for the map operation (facts.md section 9), and the program's own line above it where that one is a library's. */
  readonly mapSite: string | null;
  readonly mapLine: string | null;
  /** As `calledFrom`, of `mapLine`. */
  readonly mapCalledFrom: string | null;
  /** Function of `mapLine`, as `function` is that of `line`; '' without. */
  readonly mapFunction: string;
  /** Which way an iteration of a map takes; null where the operation is none. */
  readonly iteration: IterationPath | null;
  /** Which implementation of maps the frames are of; null where they do not tell. */
  readonly implementation: MapImplementation | null;
  /** Whether the stack is inside of the allocator. */
  readonly allocates: boolean;
}

/** `range`: the loop itself; the others: what the loop is hidden in, `library`: another of Go's own packages, as encoding/json. */
export const iterationPaths = ['range', 'reflect', 'maps package', 'library', 'sync.Map'] as const;
export type IterationPath = (typeof iterationPaths)[number];

/** Maps of Go up to 1.23, maps from 1.24 on, and sync.Map's own trie. */
export type MapImplementation = 'classic' | 'swiss' | 'sync.Map';

/** What the frames of a stack, leaf first, say. */
export function describeStack(frames: readonly SourceFrame[]): StackSite {
  const own = frames.findIndex(isOwnFrame);
  const operation = operationOf(
    frames.map((frame) => mapOpOfFunction(frame.function)),
    own,
  );
  const site = siteOf(frames);
  const ownFrame = frames[own];
  const line = ownFrame === undefined ? site : formatSite(ownFrame);
  const functionName = own >= 0 ? functionAt(frames, own) : line === null ? '' : holderOf(functionOfSite(line));
  const asked = operation === null ? null : (mapSite(frames, operation.decidingFrame) ?? line);
  const asking = operation === null ? -1 : frames.findIndex((frame, n) => n > operation.decidingFrame && isOwnFrame(frame));
  const askingFrame = frames[asking];
  const callerFrame = frames.find((_, n) => own >= 0 && n > own && functionAt(frames, n) !== functionName);
  return {
    site,
    line,
    calledFrom: callerOfDependency(frames, own),
    function: functionName,
    caller: callerFrame === undefined ? '' : functionOfSite(formatSite(callerFrame)),
    mapOp: operation?.op ?? null,
    libraryWalk: operation === null ? walkOfLibrary(own < 0 ? frames : frames.slice(0, own)) : null,
    isMapCallback: operation !== null && own >= 0 && own < operation.decidingFrame,
    mapSite: asked,
    mapLine: askingFrame === undefined ? asked : formatSite(askingFrame),
    mapCalledFrom: callerOfDependency(frames, asking),
    mapFunction: asking >= 0 ? functionAt(frames, asking) : asked === null ? '' : holderOf(functionOfSite(asked)),
    iteration: operation === null ? null : iterationPath(frames, operation.op, operation.decidingFrame),
    implementation: operation === null ? null : implementationOf(frames),
    allocates: frames.some((frame) => frame.function.startsWith('runtime.mallocgc')),
  };
}

/** The map operation of a stack (facts.md section 9); but a copy is one also up to Go 1.24, where the map that it makes is made by what makes every other. */
function operationOf(ops: readonly (MapOp | null)[], own: number): ReturnType<typeof decideMapOp> {
  const decided = decideMapOp(ops);
  const isOfCopy = decided !== null && ops.lastIndexOf('clone', own < 0 ? ops.length : own) > decided.decidingFrame;
  return isOfCopy ? { ...decided, op: 'clone' } : decided;
}

function isOwnFrame(frame: SourceFrame): boolean {
  return frame.function !== '' && !isStandardLibrary(frame.function) && !isInlinedIterator(frame);
}

/** Files of the module cache, with their version also in binaries built with -trimpath, or of a vendor folder. */
function isOfDependency({ file }: SourceFrame): boolean {
  return /@v\d[^/]*\/|\/vendor\//.test(file);
}

/** The program's own line that led to a frame of a module that it depends on; null for any other frame. */
function callerOfDependency(frames: readonly SourceFrame[], at: number): string | null {
  const frame = frames[at];
  const calling =
    frame !== undefined && isOfDependency(frame)
      ? frames.find((each, n) => n > at && isOwnFrame(each) && !isOfDependency(each))
      : undefined;
  return calling === undefined ? null : formatSite(calling);
}

/** `function file:line` without the line. */
export function functionOfSite(site: string): string {
  return site.slice(0, site.lastIndexOf(' '));
}

/**
 * The function that a frame is counted for. A closure that its holder runs, itself or through an iterator or a callback, is part of the holder. One that runs
 * without it, as a handler that is only registered there, is a function of its own: it has nothing to do with other closures of the same holder.
 */
export function functionAt(frames: readonly SourceFrame[], at: number): string {
  const name = hideTypeArguments(frames[at]?.function ?? '');
  const outward = holdersOf(name);
  if (outward.length === 0) {
    return name;
  }
  const callers = new Set(frames.slice(at + 1).map((frame) => hideTypeArguments(frame.function)));
  return outward.findLast((holder) => callers.has(holder)) ?? name;
}

const innermostClosure = /(?:\.(?:func|gowrap|deferwrap)\d+|\.abi0|\.\d+|-range\d+)$/;

/** What a closure stands in, the closure around it first and the function around all last; nothing of a function. */
function holdersOf(functionName: string): string[] {
  const outward: string[] = [];
  for (let name = functionName; innermostClosure.test(name);) {
    name = name.replace(innermostClosure, '');
    outward.push(name);
  }
  return outward;
}

/** The function that a closure, a wrapper or the body of a range-over-func loop stands in, whoever runs it. */
function holderOf(functionName: string): string {
  return holdersOf(functionName).at(-1) ?? functionName;
}

const reflectIterators = /^reflect\.(?:\(\*MapIter\)|mapiter|mapIter|Value\.(?:MapKeys|MapRange|Seq))/;
const runtimePackages = /^(?:runtime|internal|type:)\b|^[^.]*$/;
const iteratorPackages = /^(?:maps|slices|iter)\./;

function iterationPath(frames: readonly SourceFrame[], op: MapOp, decidingFrame: number): IterationPath | null {
  if (op === 'syncmap') {
    return frames.some(({ function: name }) =>
      /^(?:sync\.\(\*Map\)|internal\/sync\.\(\*HashTrieMap\[.*\]\))\.(?:Range|All|iter)\b/.test(name),
    )
      ? 'sync.Map'
      : null;
  }
  if (op !== 'iterate') {
    return null;
  }
  const library = frames.slice(decidingFrame);
  const own = library.findIndex(isOwnFrame);
  const hidden = own < 0 ? library : library.slice(0, own);
  const between = hidden.map((frame) => frame.function);
  if (between.some((name) => /^sync\.\(\*Map\)\.Range/.test(name))) {
    return 'sync.Map';
  }
  if (between.some((name) => reflectIterators.test(name))) {
    return 'reflect';
  }
  if (hidden.some((frame) => iteratorPackages.test(frame.function) || isInlinedIterator(frame))) {
    return 'maps package';
  }
  return hidden.some((frame) => !runtimePackages.test(frame.function)) ? 'library' : 'range';
}

const classicFrames =
  /^runtime\.(?:mapiternext|mapiterinit|hashGrow|growWork|evacuate|advanceEvacuationMark|makeBucketArray|\(\*hmap\)|\(\*bmap\)|moveToBmap)/;

function implementationOf(frames: readonly SourceFrame[]): MapImplementation | null {
  for (const { function: name } of frames) {
    if (name.startsWith('internal/runtime/maps.') || /^(?:runtime|reflect)\.mapIter(?:Next|Start)/.test(name)) {
      return 'swiss';
    }
    if (classicFrames.test(name)) {
      return 'classic';
    }
    if (name.startsWith('internal/sync.(*HashTrieMap[')) {
      return 'sync.Map';
    }
  }
  return null;
}

/** {@link describeStack} of the stacks of a trace, each described once. */
export class StackSites {
  private readonly known = new Map<number, StackSite>();

  constructor(private readonly trace: Trace) {}

  at(stack: number): StackSite {
    let described = this.known.get(stack);
    if (described === undefined) {
      described = describeStack(framesOfStack(this.trace, stack));
      this.known.set(stack, described);
    }
    return described;
  }
}

/** The stacks of a trace, for all who ask. */
export const stackSitesOf = remember((trace: Trace) => new StackSites(trace));
