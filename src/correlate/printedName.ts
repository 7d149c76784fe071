/**
 * A function's name as traces have it: the runtime leaves out the type arguments of generic functions there (funcNameForPrint in Go src/runtime/symtab.go), and
 * spells them out in profiles.
 */
export function printedName(name: string): string {
  const first = name.indexOf('[');
  const last = name.lastIndexOf(']');
  return first < 0 || last < first ? name : `${name.slice(0, first)}[...]${name.slice(last + 1)}`;
}
