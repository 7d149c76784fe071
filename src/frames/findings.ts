import type { Finding } from '../correlate';
import { answer, findFindings, measure, shippedRules } from '../correlate';
import type { FrameContext } from './context';
import type { Field } from './frame';
import { viewLink } from './links';
import { type FieldConfig, type FrameDraft, stringField } from './makeFrame';
import type { ViewQuery } from './query';
import type { Sources } from './sources';

export const severityColors: Readonly<Record<Finding['severity'], string>> = {
  critical: 'dark-red',
  high: 'red',
  medium: 'orange',
  low: 'yellow',
  info: 'blue',
  none: 'green',
};

/** Sentences are read whole. */
const wrapped: FieldConfig = { custom: { wrapText: true } };

/** Members of a query that evidence can set; a column of each, for the link to read. */
const members = ['sampleType', 'selector', 'query'] as const;

/**
 * What the shipped rules find in the captures, gravest first, with how sure it is, what to do, and a link to the view that shows it. Never empty: that nothing
 * is wrong with GC is a finding too. Of profiles without a trace, which the view `gcMap` cannot show, `meta.custom.answer` holds the words.
 */
export function findingsFrame({ trace, profiles }: Sources, query: ViewQuery, context: FrameContext): FrameDraft {
  const findings = findFindings(measure([...(trace === null ? [] : [trace]), ...profiles]), shippedRules()).slice(0, query.limit);
  const texts = (name: string, valueOf: (finding: Finding) => string | null, config: FieldConfig = {}): Field =>
    stringField(name, findings.map(valueOf), config);
  return {
    name: 'findings',
    meta: { preferredVisualisationType: 'table', ...(trace === null ? { custom: { answer: answer(profiles) } } : {}) },
    fields: [
      texts('severity', ({ severity }) => severity, {
        description: 'critical, high, medium, low; info is worth knowing; none: nothing is wrong',
        mappings: [
          { type: 'value', options: Object.fromEntries(Object.entries(severityColors).map(([value, color]) => [value, { color }])) },
        ],
        custom: { cellOptions: { type: 'color-text' } },
      }),
      texts('title', ({ title }) => title, { displayName: 'finding', ...wrapped }),
      texts('text', ({ text }) => text, { displayName: 'what is seen', ...wrapped }),
      texts('remedy', ({ remedy }) => remedy?.text ?? null, { displayName: 'what to do', ...wrapped }),
      texts('go', ({ remedy }) => remedy?.go ?? null, { displayName: 'in Go' }),
      texts('evidence', ({ evidence }) => evidence[0]?.shows ?? null, {
        displayName: 'shown by',
        links: viewLink(context, 'Show it', {
          view: '${__data.fields.view}',
          captures: query.captures,
          ...Object.fromEntries(members.map((member) => [member, `\${__data.fields.${member}}`])),
        }),
      }),
      texts('sure', ({ sure }) => sure?.level ?? null, {
        displayName: 'how sure',
        description: 'high, medium or low, by how much it rests on',
      }),
      texts('basis', ({ sure }) => sure?.text ?? null, { displayName: 'rests on', ...wrapped }),
      texts('kind', ({ kind }) => kind, {
        description: 'cause: makes GC run or cost. cost: who pays, which accuses nobody. context: what else is worth knowing',
      }),
      texts('subject', ({ subject }) => subject?.name ?? null, { description: 'Endpoint, function or reason that it is about' }),
      texts('rule', ({ rule }) => rule, { description: 'Id of the rule that found it' }),
      texts('view', ({ evidence }) => evidence[0]?.view ?? null),
      ...members.map((member) => texts(member, ({ evidence }) => evidence[0]?.query[member] ?? '')),
    ],
  };
}
