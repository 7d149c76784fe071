import { parseSelector } from '../frames';
import { escapeQuoted, escapeRegExp, quoteKey } from './quoting';

/** Operators of other query languages, and what they are here. */
const operators: Readonly<Record<string, string>> = {
  '=': '=',
  '==': '=',
  ':': '=',
  '!=': '!=',
  '<>': '!=',
  '=~': '=~',
  '~': '=~',
  '': '=',
  '!~': '!~',
};

/** One condition as people may write it: quotes, closing quotes and braces left out, operators of other languages. */
const looseMatcher = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^=!~<>:"'`{}]+?))\s*(==|=~|!~|!=|<>|=|:|~|(?=["'`]))\s*(.*)$/s;

/** The selector that a text which is none most likely means; undefined where that cannot be told. */
export function proposeSelector(text: string): string | undefined {
  const parts = splitConditions(text.trim().replace(/^\{/, ''));
  for (const escapes of [false, true]) {
    const matchers = parts.map((part) => readMatcher(part, escapes));
    const proposal = `{${matchers.join(', ')}}`;
    if (matchers.length > 0 && !matchers.includes(undefined) && proposal !== text.trim() && isSelector(proposal)) {
      return proposal;
    }
  }
  return undefined;
}

/** Conditions between commas, `and` and `&&`, as far as these stand outside of quotes. */
function splitConditions(text: string): string[] {
  const parts = [''];
  for (const piece of text.match(/"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?|,|;|&&|\s+and\s+|\}\s*$|[^"'`,;&}\s]+|./gis) ?? []) {
    if (/^(?:,|;|&&|\s+and\s+|\}\s*)$/i.test(piece)) {
      parts.push('');
    } else {
      parts.push(`${parts.pop() ?? ''}${piece}`);
    }
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** @param escapes whether regular expressions are taken as plain texts */
function readMatcher(part: string, escapes: boolean): string | undefined {
  const [, double, single, plain, operator = '', written = ''] = looseMatcher.exec(part) ?? [];
  const name = double ?? single ?? plain;
  const known = operators[operator];
  const value = readValue(written);
  if (name === undefined || known === undefined || value === undefined) {
    return undefined;
  }
  return `${quoteKey(name)}${known}"${escapeQuoted(escapes && known.endsWith('~') ? escapeRegExp(value) : value)}"`;
}

/** A value with or without its quotes; undefined where there is none yet, or something follows the closing one. */
function readValue(written: string): string | undefined {
  const [mark = ''] = written;
  if (!`"'\``.includes(mark) || mark === '') {
    return /["'`]/.test(written) || written.trim() === '' ? undefined : written.trim();
  }
  const content = written.slice(1).trimEnd();
  if (content.replace(/\}$/, '') === '') {
    return undefined;
  }
  const inside = content.endsWith(mark) ? content.slice(0, -1) : content.replace(/\}$/, '');
  return inside.includes(mark) ? undefined : inside.replace(/\\(["'`\\])/g, '$1');
}

function isSelector(text: string): boolean {
  try {
    parseSelector(text);
    return true;
  } catch {
    return false;
  }
}
