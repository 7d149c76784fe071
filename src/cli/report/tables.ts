import { type Cause, count, duration, type Endpoint, formatFact, list, type Payer, percent, type Report } from '../../correlate';

/** A table of a report: every cell a text, columns of numbers aligned to the right. */
export interface ReportTable {
  readonly title: string;
  /** What its figures are and where they come from. */
  readonly note: string;
  readonly columns: readonly { readonly title: string; readonly isNumber?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a report, those that have rows. */
export function tablesOf(report: Report): ReportTable[] {
  return [causeTable(report.causes), payerTable(report.payers), endpointTable(report.endpoints), factTable(report)].filter(
    ({ rows }) => rows.length > 0,
  );
}

function causeTable(causes: readonly Cause[]): ReportTable {
  return {
    title: 'What drives GC',
    note: 'Functions by their part of the triggers, assists and CPU samples in the allocator: each hits a line the likelier the more it allocates.',
    columns: [
      { title: 'function, at its busiest line' },
      { title: 'share', isNumber: true },
      { title: 'cycles begun', isNumber: true },
      { title: 'assists', isNumber: true },
      { title: 'assist time', isNumber: true },
      { title: 'maps' },
      { title: 'served there' },
    ],
    rows: causes.map((cause) => [
      cause.sites[0]?.line ?? cause.function,
      percent(cause.share),
      String(cause.triggers),
      String(cause.assists),
      duration(cause.assistNs),
      mapWords(cause),
      list(cause.requests.slice(0, 3).map(({ type }) => type ?? 'no task')),
    ]),
  };
}

function mapWords({ mapWork, mapShare }: Cause): string {
  if (mapWork === null || mapShare < 0.5) {
    return '–';
  }
  const { op, line, region, samples } = mapWork;
  const place = line === null ? '' : ` at ${line}`;
  const known = [...(samples > 0 ? [count(samples, 'sample')] : []), ...(region === null ? [] : [`region ${region}`])];
  return `${op === 'other' ? 'map work' : op}${place}${known.length === 0 ? '' : ` (${list(known)})`}`;
}

function payerTable(payers: readonly Payer[]): ReportTable {
  return {
    title: 'Requests that paid most',
    note: 'What the GC took of each on its own goroutine: stopped, assisting, waiting to assist, sweeping, without a P while it marked. Paying is not causing.',
    columns: [
      { title: 'request' },
      { title: 'id' },
      { title: 'GC tax', isNumber: true },
      { title: 'of', isNumber: true },
      { title: 'part', isNumber: true },
      { title: 'mostly' },
    ],
    rows: payers.map(({ task, type, request, id, taxNs, durationNs, mostly }) => [
      `${type === '' ? 'begun before the trace' : type}${request === null ? '' : ` in ${request}`}`,
      id === null ? `task ${task}` : `${id.spanId} (${id.source})`,
      duration(taxNs),
      duration(durationNs),
      percent(taxNs / durationNs),
      mostly,
    ]),
  };
}

const shownEndpoints = 15;

function endpointTable(endpoints: readonly Endpoint[]): ReportTable {
  return {
    title: 'Where the requests’ time went',
    note: 'By kind of request, on the requests’ own goroutines; the parts add up to the whole. Waiting is for the reason that took longest; GC elsewhere is what it took of the time of other goroutines that worked for them.',
    columns: [
      { title: 'request' },
      { title: 'count', isNumber: true },
      { title: 'time', isNumber: true },
      { title: 'GC', isNumber: true },
      { title: 'running', isNumber: true },
      { title: 'runnable', isNumber: true },
      { title: 'syscall', isNumber: true },
      { title: 'waiting', isNumber: true },
      { title: 'for' },
      { title: 'GC elsewhere', isNumber: true },
    ],
    rows: endpoints.slice(0, shownEndpoints).map(({ type, tasks, totalNs, gcTaxNs, partsNs, partsGcTaxNs, classes, waiting }) => {
      const part = (timeNs: number) => (totalNs === 0 ? '–' : percent(timeNs / totalNs));
      return [
        type,
        String(tasks),
        duration(totalNs),
        part(gcTaxNs),
        part(classes.running),
        part(classes.runnable),
        part(classes.syscall),
        part(classes.waiting),
        waiting[0]?.reason ?? '–',
        partsNs === 0 ? '–' : percent(partsGcTaxNs / partsNs),
      ];
    }),
  };
}

function factTable({ facts }: Report): ReportTable {
  return {
    title: 'Facts',
    note: 'By the names that rules and checks know them by; gclens check --list-facts shows all.',
    columns: [{ title: 'fact' }, { title: 'value', isNumber: true }, { title: 'what it is' }],
    rows: facts.map(({ fact, value }) => [fact.name, formatFact(fact.name, value), fact.doc]),
  };
}
