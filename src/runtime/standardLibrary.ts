import { hideTypeArguments } from './functionName';

/** First parts of the import paths of Go's standard library, its own vendored packages and the commands' (`cmd`) too. */
const roots: ReadonlySet<string> = new Set(
  (
    'archive bufio builtin bytes cmd cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image ' +
    'index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text ' +
    'time unicode unique unsafe vendor weak'
  ).split(' '),
);

/**
 * Whether a function is Go's own: of the standard library or of the runtime, assembly without a package too. Packages of modules have a dot in the first
 * part of their path, or a name of their own.
 */
export function isStandardLibrary(functionName: string): boolean {
  const name = hideTypeArguments(functionName);
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1);
  if (dot < 0 || name.startsWith('type:')) {
    return true;
  }
  return roots.has(name.slice(0, dot).split('/')[0] ?? '');
}
