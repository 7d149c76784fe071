import type { SourceFrame } from '../runtime';
import { iteratorPackage } from './iterators';

/**
 * Functions of Go's own packages that do nothing but walk a map, by reflection (Go 1.26: encoding/json/encode.go, encoding/json/v2/arshal_default.go and arshal_any.go,
 * encoding/gob/encode.go, internal/fmtsort/sort.go for fmt and templates, reflect/map.go).
 */
const reflectingWalkers =
  /^(?:encoding\/json\.mapEncoder\.encode|encoding\/json\/v2\.(?:makeMapArshaler\.func2|marshalObjectAny)|encoding\/gob\.\(\*Encoder\)\.encodeMap|internal\/fmtsort\.Sort|reflect\.Value\.MapKeys)\b/;
/** What encodes or prints many values may be a value of a map: what it allocates is its own. */
const otherContainers =
  /^(?:encoding\/json\.(?:array|slice|struct)Encoder\b|encoding\/json\/v2\.(?:make(?:Struct|Slice|Array)Arshaler|marshalArrayAny)\b|encoding\/gob\.\(\*Encoder\)\.encode(?:Array|Struct)\b)/;
/** The iterators that maps.All, Keys and Values give (maps/iter.go). */
const iteratorName = /\.(?:All|Keys|Values)\[.*\]\.func1$/;

/**
 * Which way a walk goes that the leaf's work is part of; null where it is of none. Walkers allocate between two steps, where no map operation is in the stack.
 * @param frames those up to the program's first own one, leaf first
 */
export function walkOfLibrary(frames: readonly SourceFrame[]): 'reflect' | 'maps package' | null {
  if (frames.some((frame) => iteratorPackage(frame) === 'maps' && iteratorName.test(frame.function))) {
    return 'maps package';
  }
  const walker = frames.findIndex((frame) => reflectingWalkers.test(frame.function));
  return walker >= 0 && !frames.slice(0, walker).some((frame) => otherContainers.test(frame.function)) ? 'reflect' : null;
}
