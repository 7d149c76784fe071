import { type SourceFile, stemOf } from './source';

/** Of several files, those with the name of one up to the first dot. */
export function ofSameName<T extends Pick<SourceFile, 'name'>>(name: string, files: readonly T[]): T[] {
  return files.filter((one) => one.name !== name && stemOf(one.name) === stemOf(name));
}

/** Files in order of how near to a moment they were written. */
export function nearestFirst<T extends Pick<SourceFile, 'modifiedUnixMs'>>(modifiedUnixMs: number, files: readonly T[]): T[] {
  const distance = (one: T) => Math.abs(one.modifiedUnixMs - modifiedUnixMs);
  return [...files].sort((a, b) => distance(a) - distance(b));
}
