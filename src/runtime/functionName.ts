/**
 * A function's name with the type arguments of generics replaced by `[...]`, as execution traces print them:
 * `maps.Keys[go.shape.map[int]int].func1` becomes `maps.Keys[...].func1`. Brackets may nest; an unclosed one hides the rest of the name.
 */
export function hideTypeArguments(name: string): string {
  const first = name.indexOf('[');
  if (first < 0 || (name.startsWith('[...]', first) && !name.includes('[', first + 1))) {
    return name;
  }
  let shown = name.slice(0, first);
  let depth = 0;
  for (let i = first; i < name.length; i++) {
    const char = name[i];
    if (char === '[') {
      shown += depth === 0 ? '[...]' : '';
      depth++;
    } else if (char === ']' && depth > 0) {
      depth--;
    } else if (depth === 0) {
      shown += char;
    }
  }
  return shown;
}

const closureSuffix = /(?:\.(?:func|gowrap|deferwrap)\d+|\.abi0|\.\d+)$/;

/** The name of the function a closure or wrapper was made in: `.func1`, `.gowrap1`, `.deferwrap1`, `.abi0` and `.2` are taken off the end, repeatedly. */
export function enclosingFunction(name: string): string {
  let shorter = name;
  for (;;) {
    const stripped = shorter.replace(closureSuffix, '');
    if (stripped === shorter) {
      return shorter;
    }
    shorter = stripped;
  }
}
