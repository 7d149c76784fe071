import { hideTypeArguments, type SourceFrame } from '../runtime';

/** Files of Go's own iterators, with their folder: from the root of the sources, or alone in binaries built with -trimpath. */
const iteratorFiles = /(?:^|\/src\/)(maps|slices|iter)\/(?:iter|maps|slices)\.go$/;

/** The package of Go's own iterators that the line of a frame is of, also where it was inlined; undefined elsewhere. */
export function iteratorPackage({ file }: SourceFrame): string | undefined {
  return iteratorFiles.exec(file)?.[1];
}

/** Iterators of Go's own packages that the compiler inlined are named after the function that uses them, up to Go 1.26: only the file is theirs. */
export function isInlinedIterator(frame: SourceFrame): boolean {
  const name = iteratorPackage(frame);
  return name !== undefined && !frame.function.startsWith(`${name}.`) && !hideTypeArguments(frame.function).includes(`/${name}.`);
}
