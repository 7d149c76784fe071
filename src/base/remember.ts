/**
 * A function of an object that does not change, which remembers its result as long as the object lives: several analyses ask for the same of the same
 * columns.
 * @param make may be given more, which the object determines
 */
export function remember<Given extends object, Others extends readonly unknown[], Result>(
  make: (given: Given, ...others: Others) => Result,
): (given: Given, ...others: Others) => Result {
  const known = new WeakMap<Given, { readonly result: Result }>();
  return (given, ...others) => {
    let found = known.get(given);
    if (found === undefined) {
      found = { result: make(given, ...others) };
      known.set(given, found);
    }
    return found.result;
  };
}
