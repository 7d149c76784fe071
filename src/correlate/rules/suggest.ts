import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "severity"?`; '' where nothing is near. */
export function suggestNear(name: string, known: readonly string[]): string {
  const longer = known.find((candidate) => candidate.startsWith(name));
  const nearest = known.length === 0 ? '' : closest(name, [...known]);
  const isNear = nearest !== '' && distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, name.length / 3);
  const meant = isNear ? nearest : longer;
  return meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
}

/** The same; where nothing is near, which names there are, if they are few. */
export function suggest(name: string, known: readonly string[]): string {
  const few = known.length <= 12 && known.length > 0 ? `; there are ${known.join(', ')}` : '';
  return suggestNear(name, known) || few;
}
