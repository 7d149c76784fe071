import Table from 'cli-table3';

import type { Finding, Report } from '../../correlate';
import { findingKindNames, severityNames } from '../../frames';
import { type ReportTable, tablesOf } from './tables';
import { describeEvidence, sayOnce } from './words';

/** Lines of text are cut to this many characters, which terminals show side by side with a prompt. */
const width = 110;

/** A report for a terminal. */
export function formatReportText(report: Report): string {
  const { headline, details } = report.answer;
  const parts = [
    wrap(headline, ''),
    `Findings\n\n${sayOnce(report.findings).map(findingText).join('\n\n')}`,
    details.length === 0 ? '' : `In detail\n${details.map((sentence) => wrap(sentence, '  ', '- ')).join('\n')}`,
    ...tablesOf(report).map(tableText),
    ...(report.notices.length === 0
      ? []
      : [`Notices\n${report.notices.map(({ severity, text }) => wrap(`${severity}: ${text}`, '  ', '- ')).join('\n')}`]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function findingText({ severity, kind, title, text, sure, remedy, evidence }: Finding): string {
  const lines = [
    wrap(`[${severityNames[severity]}, ${findingKindNames[kind]}] ${title}`, ''),
    wrap(text, '  '),
    ...(sure === null ? [] : [wrap(`How sure: ${sure.level}, ${sure.text}.`, '  ')]),
    ...(remedy === null ? [] : [wrap(`What to do: ${remedy.text}`, '  ')]),
    ...(remedy === null || remedy.go === null ? [] : [indent(remedy.go.trimEnd(), '      ')]),
    ...evidence.map((shown) => wrap(`Shown by ${describeEvidence(shown)}`, '  ')),
  ];
  return lines.join('\n');
}

function tableText({ title, note, columns, rows }: ReportTable): string {
  const table = new Table({
    head: columns.map((column) => column.title),
    colAligns: columns.map(({ isNumber }) => (isNumber === true ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return `${title}\n${wrap(note, '')}\n${table.toString()}`;
}

function wrap(text: string, indentation: string, bullet = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width - indentation.length) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each, n) => (n === 0 && bullet !== '' ? `${bullet}${each}` : `${indentation}${each}`)).join('\n');
}

function indent(text: string, indentation: string): string {
  return text
    .split('\n')
    .map((line) => `${indentation}${line}`)
    .join('\n');
}
