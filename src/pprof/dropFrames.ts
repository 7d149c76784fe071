import { GrowingColumn, newUint32, type Notice } from '../base';
import { keepLines } from './keepLines';
import { compileRegex, type LinearRegex, RegexSyntaxError } from './linearRegex';
import type { CallStackTable, LocationTable, Profile } from './profile';

/**
 * Removes the frames that a profile itself calls uninteresting (`drop_frames` but not `keep_frames`) together with everything they called, as
 * `go tool pprof` does before every report (google/pprof profile/prune.go, RemoveUninteresting). A bad expression drops nothing.
 */
export function dropFrames(profile: Profile): Profile {
  if (profile.dropFrames === '') {
    return profile;
  }
  try {
    const drop = compileRegex(`^(${profile.dropFrames})$`);
    const keep = profile.keepFrames === '' ? null : compileRegex(`^(${profile.keepFrames})$`);
    return prune(profile, drop, keep);
  } catch (error) {
    if (error instanceof RegexSyntaxError) {
      return { ...profile, notices: [...profile.notices, badExpression(error)] };
    }
    throw error;
  }
}

function badExpression(error: RegexSyntaxError): Notice {
  return {
    severity: 'warning',
    text: `drop_frames or keep_frames of the profile is no regular expression (${error.message}); no frame was dropped.`,
  };
}

function prune(profile: Profile, drop: LinearRegex, keep: LinearRegex | null): Profile {
  const isDropped = droppedFunctions(profile, drop, keep);
  const firstKeptLine = findFirstKeptLines(profile.locations, isDropped);
  return {
    ...profile,
    locations: cutLines(profile.locations, firstKeptLine),
    stacks: cutStacks(profile.stacks, profile.locations, firstKeptLine),
  };
}

/** 1 for functions whose name, without arguments, is to be dropped. */
function droppedFunctions(profile: Profile, drop: LinearRegex, keep: LinearRegex | null): Uint8Array {
  const { functions, strings } = profile;
  const verdicts = new Map<number, boolean>();
  const isDropped = new Uint8Array(functions.length);
  functions.name.forEach((nameIndex, row) => {
    let verdict = verdicts.get(nameIndex);
    if (verdict === undefined) {
      const name = strings[nameIndex] ?? '';
      const simple = withoutArguments(name);
      verdict = name !== '' && drop.matches(simple) && !(keep?.matches(simple) ?? false);
      verdicts.set(nameIndex, verdict);
    }
    isDropped[row] = verdict ? 1 : 0;
  });
  return isDropped;
}

const reservedNames = ['(anonymous namespace)', 'operator()'];

/** A C++ name up to its argument list, without the leading dot of PowerPC. */
function withoutArguments(name: string): string {
  const plain = name.startsWith('.') ? name.slice(1) : name;
  for (const match of plain.matchAll(/\(anonymous namespace\)|operator\(\)|\(/g)) {
    if (!reservedNames.includes(match[0])) {
      return plain.slice(0, match.index);
    }
  }
  return plain;
}

/** For each location how many of its first lines go: up to the last, outermost one that is dropped. */
function findFirstKeptLines(locations: LocationTable, isDropped: Uint8Array): Uint32Array {
  const kept = new Uint32Array(locations.length);
  for (let row = 0; row < locations.length; row++) {
    const start = locations.lineStart[row] ?? 0;
    let line = (locations.lineStart[row + 1] ?? 0) - 1;
    while (line >= start && isDropped[locations.lineFunction[line] ?? 0] !== 1) {
      line--;
    }
    kept[row] = line - start + 1;
  }
  return kept;
}

function lineCount(locations: LocationTable, row: number): number {
  return (locations.lineStart[row + 1] ?? 0) - (locations.lineStart[row] ?? 0);
}

/** Locations that are dropped whole keep their lines: they may stay at the root of a stack. */
function cutLines(locations: LocationTable, firstKeptLine: Uint32Array): LocationTable {
  return keepLines(locations, (row, line) => {
    const kept = firstKeptLine[row] ?? 0;
    return kept === lineCount(locations, row) || line >= (locations.lineStart[row] ?? 0) + kept;
  });
}

/** Cuts each stack at its outermost dropped frame below the first frame that stays: a stack of dropped frames alone is left as it is. */
function cutStacks(stacks: CallStackTable, locations: LocationTable, firstKeptLine: Uint32Array): CallStackTable {
  const location = new GrowingColumn(newUint32, stacks.location.length);
  const locationStart = new Uint32Array(stacks.length + 1);
  for (let stack = 0; stack < stacks.length; stack++) {
    locationStart[stack] = location.length;
    const end = stacks.locationStart[stack + 1] ?? 0;
    for (let entry = firstKeptEntry(stacks, stack, locations, firstKeptLine); entry < end; entry++) {
      location.push(stacks.location[entry] ?? 0);
    }
  }
  locationStart[stacks.length] = location.length;
  return { ...stacks, location: location.take(), locationStart };
}

function firstKeptEntry(stacks: CallStackTable, stack: number, locations: LocationTable, firstKeptLine: Uint32Array): number {
  const start = stacks.locationStart[stack] ?? 0;
  let hasKeptFrame = false;
  for (let entry = (stacks.locationStart[stack + 1] ?? 0) - 1; entry >= start; entry--) {
    const row = stacks.location[entry] ?? 0;
    if (firstKeptLine[row] === 0) {
      hasKeptFrame = true;
    } else if (hasKeptFrame) {
      return firstKeptLine[row] === lineCount(locations, row) ? entry + 1 : entry;
    }
  }
  return start;
}
