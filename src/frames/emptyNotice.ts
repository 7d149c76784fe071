import type { Notice } from '../base';
import type { ViewQuery } from './query';

/** Whether a selector or a request in a query asks for anything in particular: braces alone do not. */
export function isAsked(text = ''): boolean {
  return text.replace(/[{}\s]/g, '') !== '';
}

/** What a view says where it has nothing to show: by which members of the query that is, or that there is none of `what`. */
export function emptyNotice(length: number, what: string, { selector, query = '', cycle, focus = '' }: ViewQuery): Notice[] {
  if (length > 0) {
    return [];
  }
  const filters = [
    isAsked(selector) ? ['selector'] : [],
    query.trim() === '' ? [] : ['request'],
    cycle === undefined ? [] : ['cycle'],
    focus === '' ? [] : ['focus'],
  ].flat();
  return [
    { severity: 'info', text: filters.length === 0 ? `There are no ${what}s.` : `No ${what} is left by the ${filters.join(', the ')}.` },
  ];
}

/** What views of GC cycles say of a trace without any. */
export function noCyclesNotice({ length }: readonly unknown[]): Notice[] {
  return length > 0
    ? []
    : [
        {
          severity: 'info',
          text: 'No GC cycle ran in this trace: the collector took nothing. Record for longer, or under load.',
        },
      ];
}
