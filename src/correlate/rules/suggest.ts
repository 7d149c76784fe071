import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "severity"?`, or which names there are where they are few; '' where nothing is near. */
export function suggest(name: string, known: readonly string[]): string {
  const longer = known.find((candidate) => candidate.startsWith(name));
  const nearest = known.length === 0 ? '' : closest(name, [...known]);
  const isNear = nearest !== '' && distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, name.length / 3);
  const meant = isNear ? nearest : longer;
  if (meant !== undefined) {
    return `; did you mean ${JSON.stringify(meant)}?`;
  }
  return known.length <= 12 && known.length > 0 ? `; there are ${known.join(', ')}` : '';
}
