import { mapOps, type MapOp } from './facts';
import { enclosingFunction, hideTypeArguments } from './functionName';
import { firstSite, type SourceFrame } from './site';

const map = 'internal/runtime/maps.(*Map).';
const table = 'internal/runtime/maps.(*table).';

/**
 * Functions of each map operation (facts.md section 9); a trailing `*` is a prefix match. Rows are tested in the order of {@link mapOps}.
 * Both families are listed: classic `hmap` (Go <= 1.23) and Swiss tables.
 */
const functionsOf: Readonly<Record<MapOp, readonly string[]>> = {
  grow: [
    'runtime.hashGrow',
    'runtime.growWork*',
    'runtime.evacuate*',
    'runtime.advanceEvacuationMark',
    `${table}rehash`,
    `${table}grow`,
    `${table}split`,
    `${map}growToTable`,
    `${map}growToSmall`,
    `${map}installTableSplit`,
  ],
  iterate: [
    'runtime.mapiterinit',
    'runtime.mapiternext',
    'runtime.mapIterStart',
    'runtime.mapIterNext',
    'internal/runtime/maps.(*Iter).*',
    'reflect.mapiterinit',
    'reflect.mapiternext',
    'reflect.mapIterStart',
    'reflect.mapIterNext',
    'reflect.(*MapIter).*',
  ],
  assign: [
    'runtime.mapassign*',
    'reflect.mapassign*',
    `${map}PutSlot*`,
    `${map}putSlotSmall*`,
    `${map}Put`,
    `${table}PutSlot*`,
    `${table}uncheckedPutSlot*`,
  ],
  delete: ['runtime.mapdelete*', 'reflect.mapdelete*', `${map}Delete`, `${map}deleteSmall`, `${table}Delete`, `${table}pruneTombstones`],
  clear: ['runtime.mapclear', 'reflect.mapclear', `${map}Clear`, `${map}clearSmall`, `${table}Clear`],
  clone: [
    'maps.clone',
    'maps.Clone[...]',
    'runtime.mapclone',
    'runtime.mapclone2',
    'runtime.moveToBmap',
    `${map}Clone`,
    `${table}clone`,
    'internal/runtime/maps.cloneGroup',
  ],
  make: [
    'runtime.makemap*',
    'runtime.makeBucketArray',
    'reflect.makemap',
    'internal/runtime/maps.NewMap',
    'internal/runtime/maps.newTable',
    'internal/runtime/maps.NewEmptyMap',
  ],
  access: ['runtime.mapaccess*', 'reflect.mapaccess*', `${map}getWith*`, `${map}Get*`, `${table}getWith*`, `${table}Get*`],
  syncmap: ['sync.(*Map).*', 'internal/sync.(*HashTrieMap[...]).*'],
};

const equal = new Map<string, MapOp>();
const prefixes: (readonly [string, MapOp])[] = [];
for (const op of mapOps) {
  for (const pattern of functionsOf[op]) {
    if (pattern.endsWith('*')) {
      prefixes.push([pattern.slice(0, -1), op]);
    } else {
      equal.set(pattern, op);
    }
  }
}

/** Every function above begins with one of these: a cheap no for all others. */
const packages = /^(?:runtime|reflect|maps|sync|internal\/(?:runtime\/maps|sync))\./;

/** The map operation a function is part of, null for any other function. No function is in two rows, so the order of tests does not matter. */
export function mapOpOfFunction(name: string): MapOp | null {
  if (!packages.test(name)) {
    return null;
  }
  const tested = enclosingFunction(hideTypeArguments(name));
  return equal.get(tested) ?? prefixes.find(([prefix]) => tested.startsWith(prefix))?.[1] ?? null;
}

/** What a stack does to a map, and which of its frames says so. */
export interface MapOperation {
  readonly op: MapOp;
  /** Position from the leaf of the frame that decided. */
  readonly decidingFrame: number;
}

/**
 * The map operation of a stack (facts.md section 9), null without: the first frame from the leaf that is one decides, but a growing map further up
 * makes it `grow`, and sync.Map decides only where no built-in map is in the stack.
 */
export function classifyMapOp(functionNamesLeafFirst: readonly string[]): MapOperation | null {
  return decideMapOp(functionNamesLeafFirst.map(mapOpOfFunction));
}

/** {@link classifyMapOp} over operations of frames, for callers that remember them by function. */
export function decideMapOp(opsLeafFirst: readonly (MapOp | null)[]): MapOperation | null {
  const builtIn = opsLeafFirst.findIndex((op) => op !== null && op !== 'syncmap');
  const decidingFrame = builtIn >= 0 ? builtIn : opsLeafFirst.indexOf('syncmap');
  const op = opsLeafFirst[decidingFrame];
  if (op === undefined || op === null) {
    return null;
  }
  return { op: opsLeafFirst.includes('grow', decidingFrame) ? 'grow' : op, decidingFrame };
}

const mapLibraries: readonly string[] = [
  'runtime.',
  'internal/runtime/',
  'internal/sync.',
  'sync.',
  'reflect.',
  'maps.',
  'slices.',
  'iter.',
  // The helper that marks map work for gclens walks the map in its caller's place.
  'gclens/maptrace.',
];

/**
 * Where the iterators of maptrace are written. They are inlined into the loop that uses them, and the closures of inlined functions are named after the
 * function they were inlined into (up to Go 1.26), so that only the file tells them.
 */
const walkFile = /(?:^|\/)maptrace(?:@[^/]+)?\/walk\.go$/;

/** The line that asked for a map operation: the first frame above the deciding one that is not library code, null without. */
export function mapSite(stack: readonly SourceFrame[], decidingFrame: number): string | null {
  const asking = stack.slice(decidingFrame + 1).filter((frame) => !walkFile.test(frame.file));
  return firstSite(asking, mapLibraries);
}

/** The line that opened a region or wrote a log about map work: as {@link mapSite}, of a stack whose every frame counts. */
export function mapWorkSite(stack: readonly SourceFrame[]): string | null {
  return mapSite(stack, -1);
}
