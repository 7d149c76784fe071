import type { BlockContent, ListItem, PhrasingContent, Root, RootContent, TableRow } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';

import type { Finding, Report } from '../../correlate';
import { findingKindNames, severityNames } from '../../frames';
import { type ReportTable, tablesOf } from './tables';
import { describeEvidence, sayOnce } from './words';

/** A report for an issue or a pull request: GitHub's Markdown. */
export function formatReportMarkdown(report: Report): string {
  const { headline, details } = report.answer;
  const children: RootContent[] = [
    heading(2, 'GC report'),
    paragraph({ type: 'strong', children: [text(headline)] }),
    heading(3, 'Findings'),
    ...sayOnce(report.findings).flatMap(finding),
    ...(details.length === 0 ? [] : [heading(3, 'In detail'), bullets(details)]),
    ...tablesOf(report).flatMap(table),
    ...(report.notices.length === 0
      ? []
      : [heading(3, 'Notices'), bullets(report.notices.map((notice) => `${notice.severity}: ${notice.text}`))]),
    heading(3, 'Captures'),
    bullets(report.captures.map(({ name, sha256 }) => `${name}, sha256 ${sha256}`)),
  ];
  const root: Root = { type: 'root', children };
  return toMarkdown(root, { bullet: '-', extensions: [gfmTableToMarkdown({ tablePipeAlign: false })] });
}

function finding({ severity, kind, title, text: seen, sure, remedy, evidence }: Finding): RootContent[] {
  const labelled = (label: string, value: string) => paragraph({ type: 'strong', children: [text(label)] }, text(` ${value}`));
  return [
    heading(4, `${severityNames[severity]}, ${findingKindNames[kind]}: ${title}`),
    paragraph(text(seen)),
    ...(sure === null ? [] : [labelled('How sure:', `${sure.level}, ${sure.text}.`)]),
    ...(remedy === null ? [] : [labelled('What to do:', remedy.text)]),
    ...(remedy === null || remedy.go === null ? [] : [{ type: 'code', lang: 'go', value: remedy.go.trimEnd() } as const]),
    ...(evidence.length === 0 ? [] : [bullets(evidence.map(describeEvidence))]),
  ];
}

function table({ title, note, columns, rows }: ReportTable): RootContent[] {
  const row = (cells: readonly string[]): TableRow => ({
    type: 'tableRow',
    children: cells.map((cell) => ({ type: 'tableCell', children: [text(cell)] })),
  });
  return [
    heading(3, title),
    paragraph(text(note)),
    {
      type: 'table',
      align: columns.map(({ isNumber }) => (isNumber === true ? 'right' : 'left')),
      children: [row(columns.map((column) => column.title)), ...rows.map(row)],
    },
  ];
}

function heading(depth: 2 | 3 | 4, value: string): RootContent {
  return { type: 'heading', depth, children: [text(value)] };
}

function bullets(items: readonly string[]): BlockContent {
  const children = items.map((item): ListItem => ({ type: 'listItem', spread: false, children: [paragraph(text(item))] }));
  return { type: 'list', ordered: false, spread: false, children };
}

function paragraph(...children: PhrasingContent[]): BlockContent & { type: 'paragraph' } {
  return { type: 'paragraph', children };
}

function text(value: string): PhrasingContent {
  return { type: 'text', value };
}
