import { closest, distance } from 'fastest-levenshtein';

import { parseSelector } from '../frames';
import type { Labels } from './labels';
import { messageOf } from './messageOf';
import { proposeSelector } from './proposeSelector';

/** What is wrong with a selector. */
export interface SelectorProblem {
  readonly message: string;
  /** The character, from 0, where that is known. */
  readonly offset: number | undefined;
  /** What may have been meant, as a selector that is right. */
  readonly proposal: string | undefined;
}

/** Undefined for a selector that is fine; an empty one is. What template variables will hold is not judged. */
export function checkSelector(text: string): SelectorProblem | undefined {
  const masked = maskVariables(text);
  if (masked.trim() === '' || hasVariableOutsideQuotes(text)) {
    return undefined;
  }
  try {
    parseSelector(masked);
    return undefined;
  } catch (error) {
    return problemOf(messageOf(error), text);
  }
}

/** The parser counts characters from 1 in its message. */
function problemOf(message: string, text: string): SelectorProblem {
  const [, character, reason] = /^selector, character (\d+): (.*)$/s.exec(message) ?? [];
  const proposal = proposeSelector(text);
  return character === undefined || reason === undefined
    ? { message, offset: undefined, proposal }
    : { message: reason, offset: Number(character) - 1, proposal };
}

const variable = /\$\w+|\$\{[^}]*\}|\[\[[^\]]*\]\]/g;

/** Variables as letters, so that what surrounds them keeps its place. */
function maskVariables(text: string): string {
  return text.replace(variable, (found) => 'x'.repeat(found.length));
}

function hasVariableOutsideQuotes(text: string): boolean {
  const unquoted = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '');
  return unquoted.search(variable) >= 0;
}

/** Further apart than this many changes, names are no slip of each other. */
const farthest = 3;

/** Says which labels of a selector no capture has, and which may be meant; undefined where all are known, or the selector is not right yet. */
export function unknownLabels(text: string, known: Labels): string | undefined {
  const keys = known.map(({ key }) => key);
  const unknown = namesIn(text).filter((name) => !keys.includes(name));
  if (keys.length === 0 || unknown.length === 0) {
    return undefined;
  }
  const [first = ''] = unknown;
  const near = closest(first, keys);
  const meant = distance(first, near) <= Math.min(farthest, first.length / 2) ? ` Is ${near} meant?` : '';
  return `No capture of this query has a label ${unknown.join(', ')}; it counts as empty.${meant}`;
}

function namesIn(text: string): string[] {
  try {
    return [...new Set(parseSelector(text).matchers.map(({ name }) => name))];
  } catch {
    return [];
  }
}
