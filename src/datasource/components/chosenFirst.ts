/**
 * Options of a Combobox with the chosen one at their head. While somebody types, Grafana's Combobox highlights the place that the chosen option has among all options, although
 * only those that match are listed: anywhere but at the head, Enter then takes another option than the first match, or none and leaves the field blank.
 */
export function chosenFirst<Option extends { readonly value: unknown }>(
  options: readonly Option[],
  chosen: Option['value'] | undefined,
): Option[] {
  return [...options.filter(({ value }) => value === chosen), ...options.filter(({ value }) => value !== chosen)];
}
