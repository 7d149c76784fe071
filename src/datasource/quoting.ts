/** A label key as a selector writes it: quoted when it is no plain word. */
export function quoteKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.:]*$/.test(key) ? key : `"${escapeQuoted(key)}"`;
}

/** As between the double quotes of a Prometheus matcher. */
export function escapeQuoted(text: string): string {
  return quoteText(text, '"');
}

/** As between these quotes of a Prometheus matcher; nothing can be escaped between back quotes. */
export function quoteText(text: string, mark: '"' | "'" | '`'): string {
  return mark === '`' ? text : text.replace(/\\/g, '\\\\').replaceAll(mark, `\\${mark}`).replace(/\n/g, '\\n');
}

/** A text as a regular expression that matches just it. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
