import { parsePathPattern } from '../../capture';
import { type CaptureRef, formatSelector, parseSelector } from '../../frames';

/** A foreign selector as far as paths of a store answer it, and what is left of it. */
interface TakenSelector {
  readonly captures: readonly CaptureRef[];
  readonly selector: string;
}

/** Values of labels of paths are globs: what such a value holds of their signs would mean something else. */
const globSigns = /[*?{}[\]\\]/;

/**
 * `{service="shop"}` of another data source picks captures where the paths of a store have that label. A selector that does not parse stays as it is.
 * @param glob path pattern of references that name none
 */
export function takePathLabels(captures: readonly CaptureRef[], selector: string, glob: string | undefined): TakenSelector {
  const named = captures.map((ref) => (ref.by === 'store' ? labelNamesOf(ref.glob ?? glob) : []));
  const [first = []] = named;
  // What one of the references does not know has to select in its content.
  const names = new Set(first.filter((name) => named.every((ofRef) => ofRef.includes(name))));
  try {
    const { matchers } = parseSelector(selector);
    const taken = matchers.filter(({ name, operator, value }) => operator === '=' && names.has(name) && !globSigns.test(value));
    if (taken.length === 0) {
      return { captures, selector };
    }
    const labels = Object.fromEntries(taken.map(({ name, value }) => [name, value]));
    return {
      captures: captures.map((ref) => (ref.by === 'store' ? { ...ref, labels: { ...ref.labels, ...labels } } : ref)),
      selector: formatSelector({ matchers: matchers.filter((matcher) => !taken.includes(matcher)) }),
    };
  } catch {
    return { captures, selector };
  }
}

/** None of a pattern that is wrong: its error is for who lists with it. */
function labelNamesOf(glob: string | undefined): readonly string[] {
  try {
    return parsePathPattern(glob === '' ? undefined : glob).labelNames;
  } catch {
    return [];
  }
}
