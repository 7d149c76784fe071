/** @jest-environment jsdom */
import type { Report } from '../../correlate';
import { formatReportHtml } from './html';
import { formatReportMarkdown } from './markdown';
import { formatReportText } from './text';

const hostile = '<script>alert(1)</script> | a_b *c* `d` </style>';

const report: Report = {
  captures: [{ name: hostile, kind: 'trace', sha256: 'ab' }],
  answer: { headline: hostile, details: [hostile] },
  findings: [
    {
      rule: 'r',
      title: hostile,
      severity: 'high',
      kind: 'cause',
      subject: null,
      text: hostile,
      sure: { level: 'low', text: hostile },
      remedy: { text: hostile, go: '```\n</code></pre><script>\n' },
      evidence: [{ view: 'flame', shows: hostile, query: { selector: hostile } }],
    },
  ],
  causes: [],
  endpoints: [],
  payers: [{ task: 1, type: hostile, request: hostile, id: null, durationNs: 2e6, taxNs: 1e6, mostly: 'assisting' }],
  facts: [],
  notices: [{ severity: 'warning', text: hostile }],
};

describe('a report', () => {
  it('as HTML needs nothing else, and what captures say is text in it', () => {
    const html = formatReportHtml(report, new Date(0));
    const page = new DOMParser().parseFromString(html, 'text/html');
    expect(page.querySelectorAll('script, link, img, iframe, object, b')).toHaveLength(0);
    expect(html).not.toMatch(/(?:src|href|url\(|@import)/);
    expect(page.querySelector('h1')?.textContent).toBe(hostile);
    expect(page.querySelector('.finding .title')?.textContent).toBe(hostile);
    expect(page.querySelector('pre')?.textContent).toContain('<script>');
    expect(html).toMatch(/prefers-color-scheme: dark/);
    expect(html).toMatch(/@media print/);
  });

  it('as Markdown keeps markup of names out of its own', () => {
    const markdown = formatReportMarkdown(report);
    expect(markdown).not.toMatch(/(?<!\\)<script>(?![\s\S]*`{4})/);
    expect(markdown).toMatch(/^## GC report/);
    // A cell that holds a bar is still one cell.
    const row = markdown.split('\n').find((line) => line.startsWith('|') && line.includes('assisting')) ?? '';
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(7);
    // A fence within the snippet does not end it.
    expect(markdown).toMatch(/````go/);
  });

  it('as text holds the findings before the details', () => {
    const text = formatReportText(report);
    expect(text.indexOf('Findings')).toBeLessThan(text.indexOf('In detail'));
  });

  it('says what to do once for all findings of a rule', () => {
    const twice = { ...report, findings: [...report.findings, ...report.findings] };
    expect(formatReportText(twice).match(/What to do/g)).toHaveLength(1);
  });
});
