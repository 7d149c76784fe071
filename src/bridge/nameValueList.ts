/** An entry of a list of `name=value`. */
export interface NamedValue {
  /** In the list, the first is 1. */
  readonly position: number;
  /** As it stands; empty where there is no `=`. */
  readonly name: string;
  /** Percent-decoded; null where there is no `=` or the encoding is damaged. */
  readonly value: string | null;
}

/** Entries of `name=value,name=value`, the form in which environment variables of OpenTelemetry hold headers and attributes; blank ones are left out. */
export function* readNameValueList(text: string): Generator<NamedValue> {
  for (const [index, entry] of text.split(',').entries()) {
    if (entry.trim() === '') {
      continue;
    }
    const equals = entry.indexOf('=');
    yield {
      position: index + 1,
      name: entry.slice(0, Math.max(0, equals)).trim(),
      value: equals < 0 ? null : decodePercent(entry.slice(equals + 1).trim()),
    };
  }
}

/** Null where the encoding is damaged. */
export function decodePercent(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
