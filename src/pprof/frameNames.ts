import { fileName } from './profileStacks';
import type { Profile } from './profile';

/** What of the frames tells them apart in a report. */
export type Granularity = 'functions' | 'filefunctions' | 'files' | 'lines' | 'addresses';

/** The frames of all locations: those of location l are start[l] … start[l + 1] - 1, innermost inlined call first, one at least. */
export interface FrameNames {
  readonly start: Uint32Array;
  /** What a frame is, a row of `names`. */
  readonly frame: Uint32Array;
  /** As reports print them; two may be alike that differ in what is not printed. */
  readonly names: readonly string[];
}

/** How frames are named. */
export interface FrameNameOptions {
  readonly granularity: Granularity;
  /** Whether the working directory of a build is cut off file names, as in reports that sum up. */
  readonly trimsPaths: boolean;
}

/** Names frames as google/pprof does (internal/graph, nodeInfo and NameComponents; profile/profile.go, Aggregate). */
export function nameFrames(profile: Profile, options: FrameNameOptions): FrameNames {
  const { locations } = profile;
  const namer = new FrameNamer(profile, options);
  const start = new Uint32Array(locations.length + 1);
  const frame = new Uint32Array(locations.lineFunction.length + locations.length);
  let length = 0;
  for (let row = 0; row < locations.length; row++) {
    start[row] = length;
    const [from, to] = [locations.lineStart[row] ?? 0, locations.lineStart[row + 1] ?? 0];
    for (let line = from; line < to; line++) {
      frame[length++] = namer.line(row, line);
    }
    if (from === to) {
      frame[length++] = namer.bare(row);
    }
  }
  start[locations.length] = length;
  return { start, frame, names: namer.names };
}

/** What tells a frame from others; what does not count is 0 or ''. */
interface FrameInfo {
  readonly address: bigint;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Of frames without a name only. */
  readonly startLine: number;
  readonly objectFile: string;
}

class FrameNamer {
  readonly names: string[] = [];
  private readonly rows = new Map<string, number>();
  private readonly files = new Map<number, string>();
  private readonly shows: { readonly names: boolean; readonly files: boolean; readonly lines: boolean; readonly addresses: boolean };

  constructor(
    private readonly profile: Profile,
    private readonly options: FrameNameOptions,
  ) {
    const { granularity } = options;
    this.shows = {
      names: granularity !== 'files',
      files: granularity !== 'functions',
      lines: granularity === 'lines' || granularity === 'addresses',
      addresses: granularity === 'addresses',
    };
  }

  /** The frame of a line of a location. */
  line(location: number, line: number): number {
    const { shows } = this;
    const { functions, locations, strings } = this.profile;
    const row = locations.lineFunction[line] ?? 0;
    const name = shows.names ? (strings[functions.name[row] ?? 0] ?? '') : '';
    return this.intern({
      address: this.addressOf(location),
      name,
      file: shows.files ? this.fileOf(functions.file[row] ?? 0) : '',
      line: shows.lines ? (locations.lineNumber[line] ?? 0) : 0,
      column: shows.addresses ? (locations.lineColumn[line] ?? 0) : 0,
      startLine: name === '' ? (functions.startLine[row] ?? 0) : 0,
      objectFile: name === '' ? this.objectFileOf(location) : '',
    });
  }

  /** The frame of a location of which only the address is known. */
  bare(location: number): number {
    const objectFile = this.objectFileOf(location);
    return this.intern({ address: this.addressOf(location), name: '', file: '', line: 0, column: 0, startLine: 0, objectFile });
  }

  private intern(info: FrameInfo): number {
    const key = Object.values(info).join('\0');
    const known = this.rows.get(key);
    if (known !== undefined) {
      return known;
    }
    this.rows.set(key, this.names.length);
    return this.names.push(formatInfo(info)) - 1;
  }

  private addressOf(location: number): bigint {
    return this.shows.addresses ? (this.profile.locations.address[location] ?? 0n) : 0n;
  }

  private objectFileOf(location: number): string {
    return this.profile.mappings[this.profile.locations.mapping[location] ?? -1]?.file ?? '';
  }

  private fileOf(stringIndex: number): string {
    let file = this.files.get(stringIndex);
    if (file === undefined) {
      const path = this.profile.strings[stringIndex] ?? '';
      file = cleanPath(this.options.trimsPaths ? trimPath(path) : path);
      this.files.set(stringIndex, file);
    }
    return file;
  }
}

function formatInfo({ address, name, file, line, column, objectFile }: FrameInfo): string {
  const parts = [address === 0n ? '' : address.toString(16).padStart(16, '0'), name].filter((part) => part !== '');
  if (line !== 0) {
    parts.push(`${file}:${line}${column === 0 ? '' : `:${column}`}`);
  } else if (file !== '') {
    parts.push(file);
  } else if (name === '') {
    parts.push(objectFile === '' ? '<unknown>' : `[${fileName(objectFile)}]`);
  }
  return parts.join(' ');
}

const workingDirectories = ['/proc/self/cwd/./', '/proc/self/cwd/'];

function trimPath(path: string): string {
  const directory = workingDirectories.find((prefix) => path.startsWith(prefix));
  return directory === undefined ? path : path.slice(directory.length);
}

/** The shortest path that means the same, as Go's path/filepath.Clean on Unix; '' stays ''. */
function cleanPath(path: string): string {
  if (path === '') {
    return '';
  }
  const isRooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') {
      parts.pop();
    } else if (part !== '' && part !== '.' && !(part === '..' && isRooted)) {
      parts.push(part);
    }
  }
  return (isRooted ? '/' : '') + parts.join('/') || '.';
}
