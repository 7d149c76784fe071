/** Shows nothing, and keeps Grafana from taking what it stands in for a variable. */
const wordJoiner = '\u2060';

/**
 * Text of a capture for places in which Grafana fills in variables, such as titles of fields: `$name`, `${name}` and `[[name]]` stay what they are. Looks the same.
 */
export function displayText(text: string): string {
  return text.replace(/\$(?=[\w{])/g, `$${wordJoiner}`).replace(/\[(?=\[)/g, `[${wordJoiner}`);
}
