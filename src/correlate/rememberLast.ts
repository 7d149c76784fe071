/**
 * A function that remembers its last result for each first part of what it is given, as long as that part lives: several views ask for the same of the same
 * captures. What else was given stays alive with it.
 * @param partsOf what the result depends on: objects that do not change, and plain values
 */
export function rememberLast<Given, Result>(
  make: (given: Given) => Result,
  partsOf: (given: Given) => readonly [object, ...unknown[]] | null,
): (given: Given) => Result {
  const known = new WeakMap<object, { readonly parts: readonly unknown[]; readonly result: Result }>();
  return (given) => {
    const parts = partsOf(given);
    if (parts === null) {
      return make(given);
    }
    const last = known.get(parts[0]);
    if (last?.parts.length === parts.length && last.parts.every((part, n) => part === parts[n])) {
      return last.result;
    }
    const result = make(given);
    known.set(parts[0], { parts, result });
    return result;
  };
}
