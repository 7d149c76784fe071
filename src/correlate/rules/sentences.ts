import { list } from '../words';
import { describeFact } from './catalogue';
import { requireFact } from './condition';
import type { FactValue, Scope, Subject } from './fact';
import type { Path, Problems } from './problems';
import { formatQuantity } from './units';

const placeholder = /\{([A-Za-z][\w.]*)\}/g;
const placeholderOrPlural = /\{([A-Za-z][\w.]*)\}|\(s\)/g;

/** Says which placeholders of a text name no fact that a rule of this scope can speak of. */
export function checkPlaceholders(text: string, scope: Scope, path: Path, problems: Problems): void {
  for (const [, name = ''] of text.matchAll(placeholder)) {
    requireFact(name, scope, path, problems);
  }
}

/**
 * A text with the values of its facts; null where one of them is unknown. `(s)` is the plural of what the number before it counts.
 * @param write how a value is written there
 */
export function fillIn(text: string, subject: Subject, write = (value: string) => value): string | null {
  let isWhole = true;
  let isOne = false;
  const filled = text.replaceAll(placeholderOrPlural, (_, name: string | undefined) => {
    if (name === undefined) {
      return isOne ? '' : 's';
    }
    const value = subject.factOf(name);
    isWhole &&= value !== null;
    isOne = typeof value === 'number' ? value === 1 : isOne;
    return write(formatFact(name, value));
  });
  return isWhole ? filled.trim().replaceAll(/\s+/g, ' ') : null;
}

/** Those of the sentences of which every fact is known, as one text. */
export function fillInAll(sentences: readonly string[], subject: Subject): string {
  return sentences.flatMap((sentence) => fillIn(sentence, subject) ?? []).join(' ');
}

const shownTexts = 5;

/** A fact's value as people read it; `unknown` where it is. */
export function formatFact(name: string, value: FactValue): string {
  if (value === null) {
    return 'unknown';
  }
  if (typeof value === 'number') {
    return formatQuantity(value, describeFact(name)?.unit ?? 'count');
  }
  if (typeof value === 'string') {
    return value;
  }
  const more = value.length - shownTexts;
  return list([...value.slice(0, shownTexts), ...(more > 0 ? [`${more} more`] : [])]);
}
