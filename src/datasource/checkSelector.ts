import { parseSelector } from '../frames';
import { messageOf } from './messageOf';

/** What is wrong with a selector, and at which character where that is known. */
export interface SelectorProblem {
  readonly message: string;
  readonly offset: number | undefined;
}

/** Undefined for a selector that is fine; an empty one is. */
export function checkSelector(text: string): SelectorProblem | undefined {
  if (text.trim() === '') {
    return undefined;
  }
  try {
    parseSelector(text);
    return undefined;
  } catch (error) {
    return problemOf(messageOf(error));
  }
}

/** The parser counts characters from 1 in its message. */
function problemOf(message: string): SelectorProblem {
  const [, character, reason] = /^selector, character (\d+): (.*)$/s.exec(message) ?? [];
  return character === undefined || reason === undefined
    ? { message, offset: undefined }
    : { message: reason, offset: Number(character) - 1 };
}
