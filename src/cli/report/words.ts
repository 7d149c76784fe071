import type { Evidence, Finding } from '../../correlate';

/** `Stacks that assisted the collector: view flame, sampleType=assist`. */
export function describeEvidence({ view, shows, query }: Evidence): string {
  const members = Object.entries(query).map(([member, value]) => `, ${member}=${value}`);
  return `${shows}: view ${view}${members.join('')}`;
}

/** Findings as they are read one after the other: what to do is said once, at the first finding of a rule. */
export function sayOnce(findings: readonly Finding[]): Finding[] {
  const said = new Set<string>();
  return findings.map((finding) => {
    const isNew = !said.has(finding.rule);
    said.add(finding.rule);
    return isNew ? finding : { ...finding, remedy: null };
  });
}
