import { GclensError } from '../base';
import { GrowingColumn, newUint32 } from '../base';
import { keepLines } from './keepLines';
import { compileRegex, type LinearRegex, RegexSyntaxError } from './linearRegex';
import type { CallStackTable, Profile } from './profile';

/** Regular expressions (Go's syntax) over names of functions, their files and the files that were mapped; absent or '': no filter. */
export interface FocusOptions {
  /** Only samples with a frame that matches. */
  readonly focus?: string;
  /** No samples with a frame that matches. */
  readonly ignore?: string;
  /** Takes frames that match out of the stacks. */
  readonly hide?: string;
  /** Takes frames that do not match out of the stacks. */
  readonly show?: string;
}

/** The filters in the order in which reports name them. */
export const focusFilters = ['focus', 'ignore', 'hide', 'show'] as const;

/** A profile seen through filters. */
export interface FocusedProfile {
  readonly profile: Profile;
  /** 1 for samples that are left. */
  readonly sampleFilter: Uint8Array;
  /** Filters that match no frame. */
  readonly idle: readonly (keyof FocusOptions)[];
}

/**
 * Filters samples and frames as `go tool pprof` does (google/pprof profile/filter.go, FilterSamplesByName). All samples stay in the profile, so that
 * percentages refer to them.
 * @throws GclensError that names the expression that is none
 */
export function focusFrames(profile: Profile, options: FocusOptions): FocusedProfile {
  const filters = new Map(
    focusFilters.flatMap((name) => {
      const source = options[name] ?? '';
      return source === '' ? [] : [[name, new FrameFilter(profile, name, source)] as const];
    }),
  );
  if (filters.size === 0) {
    return { profile, sampleFilter: new Uint8Array(profile.samples.length).fill(1), idle: [] };
  }
  const places = judgeLocations(profile, filters);
  const { stacks, isKept } = cutStacks(profile.stacks, places);
  return {
    profile: { ...profile, stacks, locations: keepLines(profile.locations, (_, line) => places.isLineKept[line] === 1) },
    sampleFilter: Uint8Array.from(profile.samples.stack, (stack) => isKept[stack] ?? 0),
    idle: [...filters.keys()].filter((name) => !places.effective.has(name)),
  };
}

type Filters = ReadonlyMap<keyof FocusOptions, FrameFilter>;

/** What the filters say of each location and line. */
interface Places {
  readonly isIgnored: Uint8Array;
  readonly isFocused: Uint8Array;
  readonly isHidden: Uint8Array;
  readonly isLineKept: Uint8Array;
  /** Filters that match something. */
  readonly effective: ReadonlySet<keyof FocusOptions>;
}

function judgeLocations({ locations }: Profile, filters: Filters): Places {
  const [focus, ignore, hide, show] = focusFilters.map((name) => filters.get(name));
  const isIgnored = new Uint8Array(locations.length);
  const isFocused = new Uint8Array(locations.length);
  const isHidden = new Uint8Array(locations.length);
  const isLineKept = new Uint8Array(locations.lineFunction.length).fill(1);
  const effective = new Set<keyof FocusOptions>();
  for (let row = 0; row < locations.length; row++) {
    if (ignore?.matches(row) === true) {
      isIgnored[row] = 1;
      effective.add('ignore');
    } else if (focus === undefined || focus.matches(row)) {
      isFocused[row] = 1;
      effective.add('focus');
    }
    const isHideMatch = hide?.matches(row) === true;
    let linesLeft = 0;
    for (let line = locations.lineStart[row] ?? 0; line < (locations.lineStart[row + 1] ?? 0); line++) {
      const isKept = hide?.matchesLine(row, line) !== true && show?.matchesLine(row, line) !== false;
      isLineKept[line] = isKept ? 1 : 0;
      linesLeft += isKept ? 1 : 0;
    }
    isHidden[row] = linesLeft === 0 && (isHideMatch || show !== undefined) ? 1 : 0;
    if (isHideMatch) {
      effective.add('hide');
    }
    if (linesLeft > 0) {
      effective.add('show');
    }
  }
  return { isIgnored, isFocused, isHidden, isLineKept, effective };
}

/** Stacks without hidden locations, and which are left: some frame is in focus, none ignored, and not all are hidden. */
function cutStacks(table: CallStackTable, places: Places): { readonly stacks: CallStackTable; readonly isKept: Uint8Array } {
  const location = new GrowingColumn(newUint32, table.location.length);
  const locationStart = new Uint32Array(table.length + 1);
  const isKept = new Uint8Array(table.length);
  for (let stack = 0; stack < table.length; stack++) {
    locationStart[stack] = location.length;
    let [focused, ignored] = [0, 0];
    for (let entry = table.locationStart[stack] ?? 0; entry < (table.locationStart[stack + 1] ?? 0); entry++) {
      const row = table.location[entry] ?? 0;
      focused |= places.isFocused[row] ?? 0;
      ignored |= places.isIgnored[row] ?? 0;
      if (places.isHidden[row] !== 1) {
        location.push(row);
      }
    }
    isKept[stack] = focused === 1 && ignored === 0 && location.length > (locationStart[stack] ?? 0) ? 1 : 0;
  }
  locationStart[table.length] = location.length;
  return { stacks: { length: table.length, location: location.take(), locationStart }, isKept };
}

/** An expression matched against the functions and mapped files of a profile. */
class FrameFilter {
  private readonly functions: Uint8Array;
  private readonly mappings: readonly boolean[];

  constructor(
    private readonly profile: Profile,
    name: string,
    source: string,
  ) {
    const regex = compileFilter(name, source);
    const { functions, mappings, strings } = profile;
    const verdicts = new Map<number, boolean>();
    const matchesString = (index: number): boolean => {
      const verdict = verdicts.get(index) ?? regex.matches(strings[index] ?? '');
      verdicts.set(index, verdict);
      return verdict;
    };
    this.functions = Uint8Array.from(functions.name, (index, row) =>
      matchesString(index) || matchesString(functions.file[row] ?? 0) ? 1 : 0,
    );
    this.mappings = mappings.map(({ file }) => regex.matches(file));
  }

  /** Whether any line of a location matches, or the file it was mapped from. */
  matches(location: number): boolean {
    const { lineStart, lineFunction } = this.profile.locations;
    for (let line = lineStart[location] ?? 0; line < (lineStart[location + 1] ?? 0); line++) {
      if (this.functions[lineFunction[line] ?? 0] === 1) {
        return true;
      }
    }
    return this.matchesMapping(location);
  }

  matchesLine(location: number, line: number): boolean {
    return this.functions[this.profile.locations.lineFunction[line] ?? 0] === 1 || this.matchesMapping(location);
  }

  private matchesMapping(location: number): boolean {
    return this.mappings[this.profile.locations.mapping[location] ?? -1] === true;
  }
}

/**
 * The expression of a filter.
 * @param name of the filter, for the message
 * @throws GclensError that names the filter and the character where the expression goes wrong
 */
export function compileFilter(name: string, source: string): LinearRegex {
  try {
    return compileRegex(source);
  } catch (error) {
    if (error instanceof RegexSyntaxError) {
      throw new GclensError(`${name}: bad regular expression, character ${error.position + 1}: ${error.message}`);
    }
    throw error;
  }
}
