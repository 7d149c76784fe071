import { escapeRegExp, quoteKey, quoteText } from './quoting';

/** Marks that may stand around keys and values. */
type QuoteMark = '"' | "'" | '`';

interface Span {
  /** What stands before the cursor of the text that a completion replaces, without escapes. */
  readonly prefix: string;
  /** `from`..`to` is the text that a completion replaces. */
  readonly from: number;
  readonly to: number;
}

/** What a cursor in a selector stands in. */
export type SelectorPlace =
  | (Span & { readonly kind: 'key' })
  /** Behind a key that has no operator yet. */
  | (Span & { readonly kind: 'operator' })
  /** In a value; of a regular expression it is one alternative. The quote is null where none is opened yet. */
  | (Span & { readonly kind: 'value'; readonly key: string; readonly isRegex: boolean; readonly quote: QuoteMark | null });

const key = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([^\s=!~"'`]*))/;
const keyAndOperator = new RegExp(`^${key.source}\\s*(=~|!~|!=|=)\\s*`);
const keyAndSpace = new RegExp(`^${key.source}(\\s+|(?<=["'\`]))([=!]?)$`);

/** Where the cursor stands, for completion; null where nothing can be completed. Works on unfinished text, which the strict parser rejects. */
export function selectorPlace(text: string, cursor: number): SelectorPlace | null {
  const { start, quote, quoteStart, isClosed } = scan(text, cursor);
  if (isClosed) {
    return null;
  }
  const matcher = text.slice(start, cursor);
  const [whole, double, single, raw, plain = '', operator = ''] = keyAndOperator.exec(matcher) ?? [];
  if (whole !== undefined) {
    const name = unescape(double ?? single) ?? raw ?? plain;
    return placeInValue(text, cursor, { valueStart: start + whole.length, quote, quoteStart, key: name, isRegex: operator.endsWith('~') });
  }
  const begun = keyAndSpace.exec(matcher)?.[6];
  if (begun !== undefined && quote === null && matcher.trim() !== begun) {
    return { kind: 'operator', prefix: begun, from: cursor - begun.length, to: cursor + lengthOf(/^[=!~]*/, text.slice(cursor)) };
  }
  const prefix = matcher.trimStart();
  const from = cursor - prefix.length;
  const end = quote === null ? lengthOf(/^[^\s=!~,}"'`]*/, text.slice(cursor)) : closingQuote(text, cursor, quote) + 1 - cursor;
  return { kind: 'key', prefix: prefix.replace(/^["'`]/, ''), from, to: Math.min(text.length, cursor + end) };
}

/** The matcher that the cursor is in, and the quote that is open there. */
function scan(text: string, cursor: number) {
  let start = /^\s*\{?/.exec(text)?.[0].length ?? 0;
  let quote: QuoteMark | null = null;
  let quoteStart = -1;
  let isClosed = cursor < start;
  for (let at = start; at < cursor; at++) {
    const character = text[at] ?? '';
    if (quote !== null) {
      if (character === '\\' && quote !== '`') {
        at++;
      } else if (character === quote) {
        quote = null;
      }
    } else if (isQuote(character)) {
      quote = character;
      quoteStart = at;
    } else if (character === ',') {
      start = at + 1;
    } else if (character === '}') {
      isClosed = true;
    }
  }
  return { start, quote, quoteStart, isClosed };
}

interface ValueScan {
  readonly valueStart: number;
  readonly quote: QuoteMark | null;
  readonly quoteStart: number;
  readonly key: string;
  readonly isRegex: boolean;
}

function placeInValue(text: string, cursor: number, { valueStart, quote, quoteStart, ...matcher }: ValueScan): SelectorPlace | null {
  const begun = text.slice(valueStart, cursor);
  if (quote === null && /["'`]/.test(begun)) {
    // The value is closed before the cursor.
    return null;
  }
  const contentStart = quote === null ? valueStart : quoteStart + 1;
  const end = quote === null ? cursor + lengthOf(/^[^,}\s"'`]*/, text.slice(cursor)) : closingQuote(text, cursor, quote);
  const inside = text.slice(contentStart, cursor);
  const from = contentStart + (matcher.isRegex ? lengthOf(/^.*(?<!\\)[|(]/s, inside) : 0);
  const to = matcher.isRegex ? cursor + lengthOf(/^(?:[^|)\\]|\\.)*/s, text.slice(cursor, end)) : end;
  const prefix = text.slice(from, cursor);
  return { kind: 'value', ...matcher, quote, prefix: prefix.replace(/\\(.)/g, '$1'), from, to };
}

/** Where an open quote is closed, the end of the text if nowhere. */
function closingQuote(text: string, cursor: number, quote: QuoteMark): number {
  for (let at = cursor; at < text.length; at++) {
    if (text[at] === '\\' && quote !== '`') {
      at++;
    } else if (text[at] === quote) {
      return at;
    }
  }
  return text.length;
}

/**
 * The text and the cursor after a completion was chosen; braces, quotes and `=` that are still missing are added.
 * @param isVariable whether it is a template variable, which Grafana escapes itself
 */
export function applyCompletion(
  text: string,
  place: SelectorPlace,
  completion: string,
  isVariable = false,
): { text: string; cursor: number } {
  const before = text.slice(0, place.from);
  const opened = before.trimStart().startsWith('{') ? before : `{${before}`;
  const after = text.slice(place.to);
  switch (place.kind) {
    case 'key': {
      const head = `${opened}${quoteKey(completion)}${/^\s*[=!]/.test(after) ? '' : '="'}`;
      return { text: head + after, cursor: head.length };
    }
    case 'operator': {
      const hasValue = /^\s*["'`]/.test(after);
      const head = `${hasValue ? opened : opened.trimEnd()}${completion}${hasValue ? '' : '"'}`;
      return { text: head + after, cursor: head.length };
    }
    case 'value':
      return applyValue(opened, place, isVariable || !place.isRegex ? completion : escapeRegExp(completion), after);
  }
}

function applyValue(
  opened: string,
  { isRegex, quote }: Extract<SelectorPlace, { kind: 'value' }>,
  completion: string,
  after: string,
): { text: string; cursor: number } {
  const mark = quote ?? '"';
  const inserted = `${opened}${quote === null ? mark : ''}${quoteText(completion, mark)}`;
  if (isRegex && /^[|)]/.test(after)) {
    return { text: inserted + after, cursor: inserted.length };
  }
  const head = inserted + mark;
  const rest = after.startsWith(mark) ? after.slice(1) : after;
  return { text: head + (rest.trim() === '' ? '}' : rest), cursor: head.length };
}

function isQuote(character: string): character is QuoteMark {
  return character === '"' || character === "'" || character === '`';
}

function unescape(quoted: string | undefined): string | undefined {
  return quoted?.replace(/\\(.)/g, '$1');
}

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0;
}
