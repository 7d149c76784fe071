import { GclensError } from '../base';
import { parseSelector } from '../frames';

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
    return error instanceof GclensError
      ? { message: [error.reason, error.details.advice].filter((part) => part !== undefined).join('; '), offset: error.details.offset }
      : { message: error instanceof Error ? error.message : String(error), offset: undefined };
  }
}
