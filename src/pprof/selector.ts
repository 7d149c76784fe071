import { GclensError } from '../base';
import { compileRegex, type LinearRegex, RegexSyntaxError } from './linearRegex';

/** Matchers that must all hold; none selects everything. */
export interface Selector {
  readonly matchers: readonly Matcher[];
}

/** Equal, not equal, and the same for a regular expression over the whole value. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on a label. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** The compiled `value` of `=~` and `!~`; null otherwise. */
  readonly regex: LinearRegex | null;
}

/**
 * Parses matchers as Prometheus writes them: `{map_op="iterate", "span id"!="1", route=~"/cart/.*"}`. Values stand in double, single or back quotes,
 * names that are no plain words in quotes; regular expressions are Go's (RE2) and match whole values.
 * @param text '' and '{}' select everything
 * @throws GclensError that names the character where it goes wrong, counted from 1
 */
export function parseSelector(text: string): Selector {
  return { matchers: new SelectorParser(text).parse() };
}

/** The selector as text that `parseSelector` reads back. */
export function formatSelector({ matchers }: Selector): string {
  return `{${matchers.map(({ name, operator, value }) => `${formatName(name)}${operator}${quote(value)}`).join(', ')}}`;
}

/**
 * Whether all matchers hold. A label that is missing counts as the empty string; of several values of one label any may match `=` and `=~`, and
 * none may match the value of `!=` and `!~`.
 * @param lookup the values of a label, none when it is missing
 */
export function matchesSelector({ matchers }: Selector, lookup: (name: string) => readonly string[]): boolean {
  return matchers.every((matcher) => {
    const values = lookup(matcher.name);
    const hasMatch = values.length === 0 ? matchesValue(matcher, '') : values.some((value) => matchesValue(matcher, value));
    return hasMatch !== isNegative(matcher);
  });
}

function matchesValue({ value, regex }: Matcher, candidate: string): boolean {
  return regex === null ? candidate === value : regex.matchesWhole(candidate);
}

function isNegative({ operator }: Matcher): boolean {
  return operator === '!=' || operator === '!~';
}

const plainName = /^[A-Za-z_][A-Za-z0-9_.:]*$/;

function formatName(name: string): string {
  return plainName.test(name) ? name : quote(name);
}

/** Longest selector that is read. */
const longestSelector = 65536;

function quote(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t');
  return `"${escaped}"`;
}

class SelectorParser {
  private position = 0;

  constructor(private readonly text: string) {}

  parse(): Matcher[] {
    if (this.text.length > longestSelector) {
      throw new GclensError(`the selector is longer than ${longestSelector} characters`);
    }
    this.skipSpace();
    if (this.position === this.text.length) {
      return [];
    }
    this.expect('{', 'a selector begins with {');
    const matchers: Matcher[] = [];
    this.skipSpace();
    while (!this.take('}')) {
      matchers.push(this.parseMatcher());
      this.skipSpace();
      if (!this.take(',')) {
        this.expect('}', 'a comma or } is missing');
        break;
      }
      this.skipSpace();
    }
    this.skipSpace();
    if (this.position < this.text.length) {
      throw this.error('something follows the selector');
    }
    return matchers;
  }

  private parseMatcher(): Matcher {
    const name = this.parseName();
    this.skipSpace();
    const operator = this.parseOperator();
    this.skipSpace();
    const at = this.position;
    const value = this.parseQuoted('a value in quotes is missing');
    return { name, operator, value, regex: operator.endsWith('~') ? this.compile(value, at) : null };
  }

  private parseName(): string {
    const name = this.match(/[A-Za-z_][A-Za-z0-9_.:]*/y);
    return name ?? this.parseQuoted('a label name is missing');
  }

  private parseOperator(): MatchOperator {
    const operator = this.match(/=~|!~|!=|=/y);
    if (operator === undefined) {
      throw this.error('one of = != =~ !~ is missing');
    }
    return operator as MatchOperator;
  }

  private parseQuoted(missing: string): string {
    const at = this.position;
    const mark = this.text[at] ?? '';
    if (mark === '`') {
      const raw = this.match(/`([^`]*)`/y);
      if (raw === undefined) {
        throw this.error('this quote is not closed', at);
      }
      return raw.slice(1, -1);
    }
    if (mark !== '"' && mark !== "'") {
      throw this.error(missing);
    }
    this.position++;
    let value = '';
    while (!this.take(mark)) {
      value += this.parseCharacter(at);
    }
    return value;
  }

  /** One character of a quoted text, escapes as in Go. */
  private parseCharacter(quoteAt: number): string {
    const character = this.text[this.position];
    if (character === undefined) {
      throw this.error('this quote is not closed', quoteAt);
    }
    this.position++;
    return character === '\\' ? this.parseEscape() : character;
  }

  private parseEscape(): string {
    const at = this.position - 1;
    const code = this.match(/x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-3][0-7]{2}/y);
    if (code !== undefined) {
      const codePoint = /^[0-7]/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
      if (codePoint > 0x10ffff) {
        throw this.error('this character does not exist', at);
      }
      return String.fromCodePoint(codePoint);
    }
    const escaped = escapes[this.text[this.position] ?? ''];
    if (escaped === undefined) {
      throw this.error('this escape does not exist (write \\\\ for a backslash, or use back quotes)', at);
    }
    this.position++;
    return escaped;
  }

  private compile(value: string, at: number): LinearRegex {
    try {
      return compileRegex(value);
    } catch (error) {
      if (error instanceof RegexSyntaxError) {
        throw this.error(`bad regular expression: ${error.message}`, this.positionInQuotes(at, error.position));
      }
      throw error;
    }
  }

  /** Where the n-th character of the value that is quoted at `at` stands in the selector: escapes take more than one. */
  private positionInQuotes(at: number, offset: number): number {
    if (this.text[at] === '`') {
      return at + 1 + offset;
    }
    const after = this.position;
    this.position = at + 1;
    for (let count = 0; count < offset && this.position < after - 1;) {
      count += this.parseCharacter(at).length;
    }
    const found = this.position;
    this.position = after;
    return found;
  }

  private skipSpace(): void {
    this.match(/\s+/y);
  }

  private take(character: string): boolean {
    if (this.text[this.position] !== character) {
      return false;
    }
    this.position++;
    return true;
  }

  private expect(character: string, message: string): void {
    if (!this.take(character)) {
      throw this.error(message);
    }
  }

  private match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }

  private error(message: string, position = this.position): GclensError {
    return new GclensError(`selector, character ${position + 1}: ${message}`);
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};
