import { escapeQuoted, quoteKey } from './interpolate';

/** What a cursor in a selector stands in: a label key or a quoted value of a key. `from`..`to` is the text that a completion replaces. */
export type SelectorPlace =
  | { readonly kind: 'key'; readonly prefix: string; readonly from: number; readonly to: number }
  | { readonly kind: 'value'; readonly key: string; readonly prefix: string; readonly from: number; readonly to: number };

/** Where the cursor stands, for completion. Works on unfinished text, which the strict parser rejects. */
export function selectorPlace(text: string, cursor: number): SelectorPlace {
  let start = text[0] === '{' ? 1 : 0;
  let quoteStart = -1;
  for (let at = start; at < cursor; at++) {
    const char = text[at];
    if (quoteStart >= 0 && char === '\\') {
      at++;
    } else if (char === '"') {
      quoteStart = quoteStart >= 0 ? -1 : at;
    } else if (char === ',' && quoteStart < 0) {
      start = at + 1;
    }
  }
  const matcher = text.slice(start, cursor);
  const operator = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^\s=!~"]*))\s*(?:=~|!~|!=|=)\s*"?/.exec(matcher);
  if (operator !== null) {
    const [whole, quotedKey, plainKey] = operator;
    const from = start + whole.length;
    return {
      kind: 'value',
      key: quotedKey?.replace(/\\(.)/g, '$1') ?? plainKey ?? '',
      prefix: text.slice(from, cursor),
      from,
      to: valueEnd(text, cursor),
    };
  }
  const prefix = matcher.trimStart();
  const from = cursor - prefix.length;
  const rest = /^[^\s=!~,}"]*/.exec(text.slice(cursor));
  return { kind: 'key', prefix, from, to: cursor + (rest?.[0].length ?? 0) };
}

function valueEnd(text: string, cursor: number): number {
  const quote = text.indexOf('"', cursor);
  return quote < 0 ? text.length : quote;
}

/** The text and the cursor after a completion was chosen; braces, quotes and `=` that are still missing are added. */
export function applyCompletion(text: string, place: SelectorPlace, completion: string): { text: string; cursor: number } {
  const before = text.slice(0, place.from);
  const opened = before.trimStart().startsWith('{') ? before : `{${before}`;
  if (place.kind === 'key') {
    const after = text.slice(place.to);
    const head = `${opened}${quoteKey(completion)}${/^\s*[=!]/.test(after) ? '' : '="'}`;
    return { text: head + after, cursor: head.length };
  }
  const quoted = opened.endsWith('"') ? opened : `${opened}"`;
  const head = `${quoted}${escapeQuoted(completion)}"`;
  const after = text.slice(place.to).replace(/^"/, '');
  return { text: head + (after.trim() === '' ? '}' : after), cursor: head.length };
}
