/**
 * A function of an object that does not change, which remembers its result as long as the object lives: several analyses ask for the same of the same
 * columns.
 */
export function remember<Given extends object, Result>(make: (given: Given) => Result): (given: Given) => Result {
  const known = new WeakMap<Given, { readonly result: Result }>();
  return (given) => {
    let found = known.get(given);
    if (found === undefined) {
      found = { result: make(given) };
      known.set(given, found);
    }
    return found.result;
  };
}
