/** What a regular expression is made of. Every leaf consumes one character or none, which is what lets it be matched in linear time. */
export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly matches: (codePoint: number) => boolean }
  | { readonly kind: 'assertion'; readonly assertion: RegexAssertion }
  | { readonly kind: 'sequence'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'alternative'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly node: RegexNode; readonly least: number; readonly most: number };

export type RegexAssertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

/** Why an expression is refused, and at which character of it. */
export class RegexSyntaxError extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

type Matches = (codePoint: number) => boolean;

const largestRepeat = 1000;
const deepestNesting = 200;
const newline = 10;

const isDigit: Matches = (c) => c >= 48 && c <= 57;
/** `\w` and `\b` mean ASCII words, as in RE2. */
export const isWord: Matches = (c) => isDigit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const isSpace: Matches = (c) => c === 9 || c === 10 || c === 12 || c === 13 || c === 32;
const isUpper: Matches = (c) => c >= 65 && c <= 90;
const isLower: Matches = (c) => c >= 97 && c <= 122;
const isAlpha: Matches = (c) => isUpper(c) || isLower(c);
const not =
  (matches: Matches): Matches =>
  (c) =>
    !matches(c);

const perlClasses: Readonly<Record<string, Matches>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const posixClasses: Readonly<Record<string, Matches>> = {
  alnum: (c) => isAlpha(c) || isDigit(c),
  alpha: isAlpha,
  ascii: (c) => c < 128,
  blank: (c) => c === 9 || c === 32,
  cntrl: (c) => c < 32 || c === 127,
  digit: isDigit,
  graph: (c) => c > 32 && c < 127,
  lower: isLower,
  print: (c) => c >= 32 && c < 127,
  punct: (c) => c > 32 && c < 127 && !isAlpha(c) && !isDigit(c),
  space: (c) => isSpace(c) || c === 11,
  upper: isUpper,
  word: isWord,
  xdigit: (c) => isDigit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102),
};
const controlEscapes: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const assertionEscapes: Readonly<Record<string, RegexAssertion>> = { A: 'textStart', z: 'textEnd', b: 'wordBoundary', B: 'noWordBoundary' };

/**
 * Parses the syntax of Go's regexp package (RE2, github.com/google/re2/wiki/Syntax): no back references, no look-around.
 * @throws RegexSyntaxError
 */
export function parseRegex(source: string): RegexNode {
  return new RegexParser(source).parse();
}

class RegexParser {
  private position = 0;
  private depth = 0;
  private flags: Flags = { ignoreCase: false, multiLine: false, dotAll: false };

  constructor(private readonly source: string) {}

  parse(): RegexNode {
    const node = this.parseAlternatives();
    if (this.position < this.source.length) {
      throw this.error('a ) closes no group');
    }
    return node;
  }

  private parseAlternatives(): RegexNode {
    if (++this.depth > deepestNesting) {
      throw this.error(`groups are nested more than ${deepestNesting} deep`);
    }
    const nodes = [this.parseSequence()];
    while (this.take('|')) {
      nodes.push(this.parseSequence());
    }
    this.depth--;
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: 'alternative', nodes };
  }

  private parseSequence(): RegexNode {
    const nodes: RegexNode[] = [];
    while (this.position < this.source.length && !this.sees('|') && !this.sees(')')) {
      nodes.push(this.parseRepeats(this.parseAtom()));
    }
    return { kind: 'sequence', nodes };
  }

  private parseRepeats(node: RegexNode): RegexNode {
    const counts = this.parseCount();
    if (counts === undefined) {
      return node;
    }
    this.take('?');
    const at = this.position;
    if (this.parseCount() !== undefined) {
      throw this.error('a repetition follows a repetition', at);
    }
    return { kind: 'repeat', node, least: counts.least, most: counts.most };
  }

  /** `*`, `+`, `?` or `{n,m}`. Braces that hold no counts are plain characters. */
  private parseCount(): { least: number; most: number } | undefined {
    if (this.take('*')) {
      return { least: 0, most: Infinity };
    }
    if (this.take('+')) {
      return { least: 1, most: Infinity };
    }
    if (this.take('?')) {
      return { least: 0, most: 1 };
    }
    const braces = this.match(/\{(\d{1,9})(,(\d{0,9}))?\}/y);
    if (braces === undefined) {
      return undefined;
    }
    const least = Number(braces[1]);
    const most = braces[2] === undefined ? least : braces[3] === '' ? Infinity : Number(braces[3]);
    if (least > largestRepeat || (most !== Infinity && most > largestRepeat) || least > most) {
      throw this.error(`the repetition ${braces[0]} is out of range`, this.position - braces[0].length);
    }
    return { least, most };
  }

  private parseAtom(): RegexNode {
    const at = this.position;
    const character = this.next();
    switch (character) {
      case '(':
        return this.parseGroup(at);
      case '[':
        return { kind: 'character', matches: this.fold(this.parseClass(at)) };
      case '.':
        return { kind: 'character', matches: this.flags.dotAll ? () => true : (c) => c !== newline };
      case '^':
        return { kind: 'assertion', assertion: this.flags.multiLine ? 'lineStart' : 'textStart' };
      case '$':
        return { kind: 'assertion', assertion: this.flags.multiLine ? 'lineEnd' : 'textEnd' };
      case '*':
      case '+':
      case '?':
        throw this.error(`there is nothing before ${character} to repeat`, at);
      case '\\':
        return this.parseEscape(at);
      default:
        return this.literal(codePointOf(character));
    }
  }

  private parseGroup(at: number): RegexNode {
    const outerFlags = this.flags;
    if (this.take('?') && !this.take(':') && this.match(/P?<[A-Za-z_]\w*>/y) === undefined) {
      const flags = this.match(/([imsU]*)(?:-([imsU]*))?([:)])/y);
      if (flags === undefined) {
        throw this.error('this kind of group does not exist (look-around is not part of RE2)', at);
      }
      this.flags = changeFlags(this.flags, flags[1] ?? '', flags[2] ?? '');
      if (flags[3] === ')') {
        return { kind: 'empty' };
      }
    }
    const node = this.parseAlternatives();
    if (!this.take(')')) {
      throw this.error('this group is not closed', at);
    }
    this.flags = outerFlags;
    return node;
  }

  private parseEscape(at: number): RegexNode {
    const name = this.source[this.position] ?? '';
    const assertion = assertionEscapes[name];
    if (assertion !== undefined) {
      this.position++;
      return { kind: 'assertion', assertion };
    }
    if (name === 'Q') {
      this.position++;
      return this.parseQuoted();
    }
    const matches = this.parseClassEscape();
    return matches === undefined ? this.literal(this.parseCharacterEscape(at)) : { kind: 'character', matches: this.fold(matches) };
  }

  private parseQuoted(): RegexNode {
    const end = this.source.indexOf('\\E', this.position);
    const text = this.source.slice(this.position, end < 0 ? undefined : end);
    this.position = end < 0 ? this.source.length : end + 2;
    return { kind: 'sequence', nodes: Array.from(text, (character) => this.literal(codePointOf(character))) };
  }

  /** `\d`, `\pL`, `\p{Greek}` and so on, after the backslash; undefined when it is another escape. */
  private parseClassEscape(): Matches | undefined {
    const perl = perlClasses[this.source[this.position] ?? ''];
    if (perl !== undefined) {
      this.position++;
      return perl;
    }
    const property = this.match(/([pP])(?:([A-Z])|\{(\^?)([A-Za-z_]+)\})/y);
    if (property === undefined) {
      return undefined;
    }
    const matches = unicodeClass(property[2] ?? property[4] ?? '');
    if (matches === undefined) {
      throw this.error(`the character class ${property[0]} does not exist`, this.position - property[0].length);
    }
    return (property[1] === 'P') !== (property[3] === '^') ? not(matches) : matches;
  }

  private parseCharacterEscape(at: number): number {
    const hexadecimal = this.match(/x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/y);
    if (hexadecimal !== undefined) {
      return Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? '', 16);
    }
    const octal = this.match(/0[0-7]{0,2}|[1-7][0-7]{2}/y);
    if (octal !== undefined) {
      return Number.parseInt(octal[0], 8);
    }
    const character = this.next();
    const control = controlEscapes[character];
    if (control !== undefined) {
      return control;
    }
    if (character === '' || /[A-Za-z0-9]/.test(character)) {
      throw this.error(
        character === '' ? 'the expression ends with a backslash' : `the escape \\${character} does not exist (RE2 syntax)`,
        at,
      );
    }
    return codePointOf(character);
  }

  private parseClass(at: number): Matches {
    const isNegated = this.take('^');
    const members: Matches[] = [];
    for (let isFirst = true; isFirst || !this.sees(']'); isFirst = false) {
      if (this.position >= this.source.length) {
        throw this.error('this character class is not closed', at);
      }
      members.push(this.parseClassMember());
    }
    this.position++;
    const matches: Matches = (c) => members.some((member) => member(c));
    return isNegated ? not(this.fold(matches)) : matches;
  }

  private parseClassMember(): Matches {
    const posix = this.match(/\[:(\^?)([a-z]+):\]/y);
    if (posix !== undefined) {
      const matches = posixClasses[posix[2] ?? ''];
      if (matches === undefined) {
        throw this.error(`the character class ${posix[0]} does not exist`, this.position - posix[0].length);
      }
      return posix[1] === '^' ? not(matches) : matches;
    }
    if (this.take('\\')) {
      const matches = this.parseClassEscape();
      if (matches !== undefined) {
        return matches;
      }
      this.position--;
    }
    return this.parseRange();
  }

  private parseRange(): Matches {
    const at = this.position;
    const low = this.parseClassCharacter();
    if (!this.sees('-') || this.source[this.position + 1] === ']' || this.position + 1 >= this.source.length) {
      return (c) => c === low;
    }
    this.position++;
    const high = this.parseClassCharacter();
    if (high < low) {
      throw this.error('this range ends before it begins', at);
    }
    return (c) => c >= low && c <= high;
  }

  private parseClassCharacter(): number {
    const at = this.position;
    const character = this.next();
    return character === '\\' ? this.parseCharacterEscape(at) : codePointOf(character);
  }

  private literal(codePoint: number): RegexNode {
    return { kind: 'character', matches: this.fold((c) => c === codePoint) };
  }

  private fold(matches: Matches): Matches {
    return this.flags.ignoreCase
      ? (c) => matches(c) || matches(changeCase(c, 'toLowerCase')) || matches(changeCase(c, 'toUpperCase'))
      : matches;
  }

  private sees(character: string): boolean {
    return this.source[this.position] === character;
  }

  private take(character: string): boolean {
    if (!this.sees(character)) {
      return false;
    }
    this.position++;
    return true;
  }

  /** The next whole character, '' at the end. */
  private next(): string {
    const codePoint = this.source.codePointAt(this.position);
    if (codePoint === undefined) {
      return '';
    }
    const character = String.fromCodePoint(codePoint);
    this.position += character.length;
    return character;
  }

  private match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.source);
    if (found === null) {
      return undefined;
    }
    this.position += found[0].length;
    return found;
  }

  private error(message: string, position = this.position): RegexSyntaxError {
    return new RegexSyntaxError(message, position);
  }
}

function changeFlags(flags: Flags, on: string, off: string): Flags {
  const change = (letter: string, before: boolean): boolean => (before || on.includes(letter)) && !off.includes(letter);
  return { ignoreCase: change('i', flags.ignoreCase), multiLine: change('m', flags.multiLine), dotAll: change('s', flags.dotAll) };
}

/** Unicode's general categories and scripts by the engine's own tables, one character at a time. */
function unicodeClass(name: string): Matches | undefined {
  for (const property of [name, `Script=${name}`]) {
    try {
      const single = new RegExp(`^\\p{${property}}$`, 'u');
      return (c) => single.test(String.fromCodePoint(c));
    } catch {
      continue;
    }
  }
  return undefined;
}

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function changeCase(codePoint: number, how: 'toLowerCase' | 'toUpperCase'): number {
  const changed = String.fromCodePoint(codePoint)[how]();
  const single = changed.codePointAt(0) ?? codePoint;
  return String.fromCodePoint(single).length === changed.length ? single : codePoint;
}
