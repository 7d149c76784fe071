import type { CodeImage } from './codeImage';

/** So many addresses on both sides, and none in common, is no chance: every goroutine has the same frames at its bottom. */
const enoughAddresses = 30;
/** Of addresses that both have, so many must be the same function. Wrappers and inlined calls are named differently now and then. */
const sameShare = 0.75;
const fewestShared = 4;

/**
 * Why two captures cannot be of one process, as clauses that follow "because"; none where nothing speaks against it. What a capture does not say speaks for
 * nothing.
 */
export function compareCode(a: CodeImage, b: CodeImage): string[] {
  const told = [
    differing('it was built for', joinPlatform(a, b), joinPlatform(b, a)),
    differing('its program is', a.binary, b.binary),
    compareMain(a, b),
    differing('its build id is', a.buildId, b.buildId),
    differing('its Go runtime was compiled in', rootName(a), rootName(b)),
  ].filter((reason) => reason !== null);
  return told.length > 0 ? told : compareAddresses(a, b);
}

function differing(what: string, a: string | null, b: string | null): string | null {
  return a === null || b === null || a === b ? null : `${what} ${b}, not ${a}`;
}

/** GOOS/GOARCH as far as both say them. */
function joinPlatform(own: CodeImage, other: CodeImage): string | null {
  const parts = [other.goos === null ? null : own.goos, other.goarch === null ? null : own.goarch].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join('/');
}

function rootName({ goRoot }: CodeImage): string | null {
  return goRoot === '' ? 'a path cut by -trimpath' : goRoot;
}

function compareMain({ mainFolders: a }: CodeImage, { mainFolders: b }: CodeImage): string | null {
  const isShared = [...b].some((folder) => a.has(folder));
  return a.size === 0 || b.size === 0 || isShared ? null : `its package main is in ${[...b].join(', ')}, not in ${[...a].join(', ')}`;
}

function compareAddresses({ functionsAt: a }: CodeImage, { functionsAt: b }: CodeImage): string[] {
  let [same, different] = [0, 0];
  for (const [address, names] of b) {
    const others = a.get(address);
    if (others !== undefined) {
      const isSame = [...names].some((name) => others.has(name));
      same += isSame ? 1 : 0;
      different += isSame ? 0 : 1;
    }
  }
  const shared = same + different;
  if (shared >= fewestShared && same < sameShare * shared) {
    return [`${different} of the ${shared} code addresses that both have are other functions in it, so it is of another build`];
  }
  return same === 0 && a.size >= enoughAddresses && b.size >= enoughAddresses
    ? ['none of its code addresses is the same function, so it is of another build, or of another process of a position-independent one']
    : [];
}
