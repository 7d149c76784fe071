import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';

import { type Endpoint, type Finding, percent, type Report } from '../../correlate';
import { findingKindNames, severityNames } from '../../frames';
import { reportStyle } from './style';
import { type ReportTable, tablesOf } from './tables';
import { describeEvidence, sayOnce } from './words';

/**
 * A report as one HTML page that needs nothing else: no script, nothing loaded, light or dark as the reader's system is, printable. What comes from captures
 * is text in it, never markup.
 */
export function formatReportHtml(report: Report, now: Date): string {
  const { headline, details } = report.answer;
  const [tables, facts] = [
    tablesOf(report).filter(({ title }) => title !== 'Facts'),
    tablesOf(report).filter(({ title }) => title === 'Facts'),
  ];
  const page = h(null, [
    { type: 'doctype' },
    h('html', { lang: 'en' }, [
      h('head', [
        h('meta', { charSet: 'utf-8' }),
        h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        h('meta', { name: 'color-scheme', content: 'light dark' }),
        h('title', `GC report: ${report.captures.map(({ name }) => name).join(', ')}`),
        h('style', reportStyle),
      ]),
      h('body', [
        h('main', [
          h('header', [
            h('p.eyebrow', 'gclens: GC report'),
            h('h1', headline),
            h(
              'p.captures',
              `${report.captures.map(({ name }) => name).join(', ')} · ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
            ),
          ]),
          ...section('Findings', sayOnce(report.findings).map(finding)),
          ...section(
            'In detail',
            [
              h(
                'ul.details',
                details.map((sentence) => h('li', sentence)),
              ),
            ],
            details.length > 0,
          ),
          ...timeBars(report.endpoints),
          ...tables.flatMap(table),
          ...facts.flatMap(table),
          ...section(
            'Notices',
            [
              h(
                'ul',
                report.notices.map(({ severity, text }) => h('li', [h(`span.notice.${severity}`, severity), ` ${text}`])),
              ),
            ],
            report.notices.length > 0,
          ),
          ...section('Captures', [
            h(
              'ul.hashes',
              report.captures.map(({ name, sha256 }) => h('li', [name, ' ', h('code', sha256)])),
            ),
          ]),
        ]),
      ]),
    ]),
  ]);
  return `${toHtml(page)}\n`;
}

function section(title: string, children: readonly ReturnType<typeof h>[], isThere = true): ReturnType<typeof h>[] {
  return isThere ? [h('section', [h('h2', title), ...children])] : [];
}

function finding({ severity, kind, title, text, sure, remedy, evidence }: Finding): ReturnType<typeof h> {
  return h(`article.finding.${severity}`, [
    h('h3', [h('span.badge', severityNames[severity]), h('span.kind', findingKindNames[kind]), h('span.title', title)]),
    h('p', text),
    ...(sure === null ? [] : [h('p.sure', [h('strong', `Sure: ${sure.level}.`), ` ${capitalized(sure.text)}.`])]),
    ...(remedy === null ? [] : [h('p.remedy', [h('strong', 'What to do.'), ` ${remedy.text}`])]),
    ...(remedy === null || remedy.go === null ? [] : [h('pre', h('code', remedy.go.trimEnd()))]),
    ...(evidence.length === 0
      ? []
      : [
          h(
            'ul.evidence',
            evidence.map((shown) => h('li', describeEvidence(shown))),
          ),
        ]),
  ]);
}

const shownBars = 12;

const parts = [
  ['gc', 'GC', ({ gcTaxNs }: Endpoint) => gcTaxNs],
  ['running', 'running', ({ classes }: Endpoint) => classes.running],
  ['runnable', 'runnable', ({ classes }: Endpoint) => classes.runnable],
  ['syscall', 'system calls', ({ classes }: Endpoint) => classes.syscall],
  ['waiting', 'waiting', ({ classes }: Endpoint) => classes.waiting],
] as const;

/** Where the time of each kind of request went, as bars. */
function timeBars(endpoints: readonly Endpoint[]): ReturnType<typeof h>[] {
  const shown = endpoints.filter(({ totalNs }) => totalNs > 0).slice(0, shownBars);
  const legend = h(
    'p.legend',
    parts.map(([name, title]) => h('span', [h(`i.${name}`), title])),
  );
  const bars = shown.map((endpoint) =>
    h('div.bar', [
      h('span.name', endpoint.type),
      h(
        'span.track',
        { role: 'img', ariaLabel: parts.map(([, title, timeOf]) => `${title} ${percent(timeOf(endpoint) / endpoint.totalNs)}`).join(', ') },
        parts.map(([name, , timeOf]) => h(`i.${name}`, { style: `width:${((timeOf(endpoint) / endpoint.totalNs) * 100).toFixed(2)}%` })),
      ),
      h('span.tax', `${percent(endpoint.gcTaxNs / endpoint.totalNs)} GC`),
    ]),
  );
  return section('Requests: GC and the rest', [legend, ...bars], shown.length > 0);
}

function table({ title, note, columns, rows }: ReportTable): ReturnType<typeof h>[] {
  const cell = (name: 'th' | 'td') => (content: string, n: number) =>
    h(name, { className: columns[n]?.isNumber === true ? ['number'] : [], ...(name === 'th' ? { scope: 'col' } : {}) }, content);
  return section(title, [
    h('p.note', note),
    h('div.scroll', [
      h('table', [
        h('thead', h('tr', columns.map((column) => column.title).map(cell('th')))),
        h(
          'tbody',
          rows.map((row) => h('tr', row.map(cell('td')))),
        ),
      ]),
    ]),
  ]);
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
