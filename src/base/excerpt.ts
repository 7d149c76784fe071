/** How much of a text of unknown length stands in a message. */
const excerptLength = 80;

/** A text of a file, for a message: its first line, cut, without control characters. */
export function excerpt(text: string): string {
  const line = (text.slice(0, 4 * excerptLength).split(/[\r\n]/, 1)[0] ?? '').replace(/\p{Cc}/gu, '\uFFFD');
  return line.length > excerptLength || line.length < text.trimEnd().length ? `${line.slice(0, excerptLength)}…` : line;
}

/** How many names of a list of unknown length stand in a message. */
const excerptItems = 20;

/** Names of a file, for a message: the first of them. */
export function excerptList(names: readonly string[], separator = ', '): string {
  const more = names.length - excerptItems;
  const first = names.slice(0, excerptItems).map(excerpt).join(separator);
  return more > 0 ? `${first} and ${more} more` : first;
}
