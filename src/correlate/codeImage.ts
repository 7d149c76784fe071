import type { StringIndex, Trace } from '../gotrace';
import type { Profile } from '../pprof';
import { Platform } from './platform';
import { printedName } from './printedName';

/** What a capture shows of the program that it was taken of. */
export interface CodeImage {
  /** Functions at each address, inlined ones included. */
  readonly functionsAt: ReadonlyMap<number, ReadonlySet<string>>;
  /** Folders of the files of package main, as the compiler wrote them. */
  readonly mainFolders: ReadonlySet<string>;
  /** Where the Go runtime's source was when the program was built: GOROOT, or '' with -trimpath; null when no function of it is there. */
  readonly goRoot: string | null;
  readonly goos: string | null;
  readonly goarch: string | null;
  /** The program's file and build id; null where the capture does not say (traces never do). */
  readonly binary: string | null;
  readonly buildId: string | null;
}

/** The program of an execution trace, by all of its stacks. */
export function codeOfTrace({ stacks, strings }: Trace): CodeImage {
  const { frames } = stacks;
  const image = new ImageBuilder();
  for (let frame = 0; frame < frames.length; frame++) {
    const name = strings.textOf((frames.function[frame] ?? 0) as StringIndex);
    image.addFunction(name, strings.textOf((frames.file[frame] ?? 0) as StringIndex));
    image.addAddress(frames.pc[frame] ?? 0, name);
  }
  return image.finish(null, null);
}

/** The program of a profile, by its locations and its first mapping. */
export function codeOfProfile({ locations, functions, mappings, strings }: Profile): CodeImage {
  const image = new ImageBuilder();
  for (let row = 0; row < functions.length; row++) {
    image.addFunction(strings[functions.name[row] ?? 0] ?? '', strings[functions.file[row] ?? 0] ?? '');
  }
  for (let location = 0; location < locations.length; location++) {
    const address = Number(locations.address[location] ?? 0n);
    for (let line = locations.lineStart[location] ?? 0; line < (locations.lineStart[location + 1] ?? 0); line++) {
      image.addAddress(address, strings[functions.name[locations.lineFunction[line] ?? 0] ?? 0] ?? '');
    }
  }
  const [program] = mappings;
  return image.finish(program?.file ?? null, program?.buildId ?? null);
}

const runtimeFile = /^(|.*\/)(?:src\/)?runtime\/[^/]+$/;

class ImageBuilder {
  private readonly functionsAt = new Map<number, Set<string>>();
  private readonly mainFolders = new Set<string>();
  private readonly platform = new Platform();
  private goRoot: string | null = null;

  addFunction(name: string, path: string): void {
    const file = path.replaceAll('\\', '/');
    if (name.startsWith('main.') && file.includes('/')) {
      this.mainFolders.add(file.slice(0, file.lastIndexOf('/')));
    }
    if (/^runtime\.[A-Za-z]/.test(name)) {
      this.goRoot ??= runtimeFile.exec(file)?.[1] ?? null;
    }
    this.platform.add(name, file);
  }

  /** Address 0 is none. */
  addAddress(address: number, fullName: string): void {
    const name = printedName(fullName);
    if (address !== 0 && name !== '') {
      const known = this.functionsAt.get(address);
      if (known === undefined) {
        this.functionsAt.set(address, new Set([name]));
      } else {
        known.add(name);
      }
    }
  }

  finish(binary: string | null, buildId: string | null): CodeImage {
    const { goos, goarch } = this.platform;
    return {
      functionsAt: this.functionsAt,
      mainFolders: this.mainFolders,
      goRoot: this.goRoot,
      goos,
      goarch,
      binary: binary === '' ? null : (binary?.replace(/ \(deleted\)$/, '') ?? null),
      buildId: buildId === '' ? null : buildId,
    };
  }
}
