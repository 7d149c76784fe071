import { resolve, sep } from 'node:path';

import { isAddress, nameOfInput } from './input';

/**
 * How messages call the files of one command: by the file's own name, and by as many of its folders as tell it from the others (`after/trace.out`).
 * @param paths files and http addresses; one that stands twice is one file
 */
export function namesApart(paths: readonly string[]): ReadonlyMap<string, string> {
  const places = new Map(paths.map((path) => [path, placeOf(path)]));
  return new Map(Array.from(places, ([path, place]) => [path, shortestName(place, [...places.values()])]));
}

function shortestName(place: readonly string[], all: readonly (readonly string[])[]): string {
  const others = all.filter((other) => endOf(other, Infinity) !== endOf(place, Infinity));
  let depth = 1;
  while (depth < place.length && others.some((other) => endOf(other, depth) === endOf(place, depth))) {
    depth++;
  }
  return endOf(place, depth);
}

function endOf(place: readonly string[], depth: number): string {
  return place.slice(-depth).join('/');
}

/** From the outermost folder, or the host, to the file's own name. */
function placeOf(path: string): readonly string[] {
  const folders = isAddress(path) ? addressFolders(new URL(path)) : resolve(path).split(sep).slice(0, -1);
  return [...folders, nameOfInput(path)];
}

function addressFolders({ host, pathname }: URL): string[] {
  return [host, ...pathname.split('/').slice(1, -1)];
}
