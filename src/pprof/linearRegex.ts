import { RE2JS, RE2JSSyntaxException } from 're2js';

import { withoutGoNames } from './goNames';

/** A compiled expression of a selector, a filter or of a profile's `drop_frames`. */
export interface LinearRegex {
  /** Whether the whole text matches, as with `^(?:…)$`. Takes time in proportion to the length of the text, whatever the expression. */
  matchesWhole(text: string): boolean;
  /** Whether any part of the text matches. */
  matches(text: string): boolean;
}

/** Why an expression is none, and where in it. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';

  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/**
 * Compiles an expression in Go's syntax (RE2), so that an expression out of a file or a URL means what it means to pprof and cannot hang the page as a
 * backtracking engine can.
 * @throws RegexSyntaxError with the position in the expression
 */
export function compileRegex(source: string): LinearRegex {
  try {
    const regex = compileAsGo(source);
    return { matchesWhole: (text) => regex.testExact(text), matches: (text) => regex.test(text) };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) {
      const broken = error.getPattern() ?? '';
      throw new RegexSyntaxError(error.getDescription(), Math.max(0, source.indexOf(broken)));
    }
    throw error;
  }
}

/** @throws RE2JSSyntaxException of the expression as it is */
function compileAsGo(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    const renamed = withoutGoNames(source);
    if (renamed === source) {
      throw error;
    }
    try {
      return RE2JS.compile(renamed);
    } catch {
      throw error;
    }
  }
}
