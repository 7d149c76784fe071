/** Labels as people write them: `service=checkout, pod=web-*`. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** Undefined for what is no list of `name=value`. A value with several alternatives, `{a,b}`, keeps its commas. */
export function parseLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const entry of text.split(/,(?![^{]*\})/)) {
    if (entry.trim() === '') {
      continue;
    }
    const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/s.exec(entry) ?? [];
    if (name === undefined || value === undefined) {
      return undefined;
    }
    labels[name] = value;
  }
  return labels;
}
