import { type CycleCause, describeRootCause, findRootCause, type RequestCount, type RootCause, type TimeSplit } from '../correlate';
import { costClasses } from './costClasses';
import type { FrameDraft } from './makeFrame';
import type { ViewQuery } from './query';
import { joinedSources, requireTrace, type Sources } from './sources';
import { firstRows, TableColumns } from './tableFrame';

const defaultLimit = 200;

/**
 * Why GC ran: the lines that drive it, the cause of each cycle, and where the requests' time went. `meta.custom` of the first frame holds `answer`, the words, and
 * `verdict`.
 */
export function rootCauseFrames(sources: Sources, { limit = defaultLimit }: ViewQuery): FrameDraft[] {
  const cause = findRootCause(
    requireTrace(sources, 'Root causes of GC'),
    joinedSources(sources).flatMap((capture) => (capture.kind === 'pprof' ? [capture.profile] : [])),
  );
  return [siteFrame(cause, limit), cycleFrame(cause.cycles), timeFrame(cause.time)];
}

function siteFrame(cause: RootCause, limit: number): FrameDraft {
  const { shown, notices } = firstRows(cause.sites, limit, 'lines');
  const answer = describeRootCause(cause);
  return new TableColumns(shown)
    .text('line', ({ line }) => line, { description: 'The program’s own line that allocates' })
    .share('share', ({ share }) => share, {
      displayName: 'drives GC',
      description:
        'Part of all starts of cycles, mark assists (by their time) and CPU samples in the allocator. Evidence: trace events, samples',
    })
    .number('shareLow', ({ interval }) => interval?.low ?? null, {
      displayName: 'at least',
      unit: 'percentunit',
      decimals: 1,
      description: '95 % interval, from drawing the GC cycles anew',
    })
    .number('shareHigh', ({ interval }) => interval?.high ?? null, {
      displayName: 'at most',
      unit: 'percentunit',
      decimals: 1,
      description: '95 % interval, from drawing the GC cycles anew',
    })
    .number('triggers', ({ triggers }) => triggers, { displayName: 'starts', description: 'GC cycles that an allocation here began' })
    .number('assists', ({ assists }) => assists, { description: 'Mark assists that an allocation here had to do' })
    .number('assistNs', ({ assistNs }) => assistNs, {
      displayName: 'assist time',
      unit: 'ns',
      description: 'Whole assists, on and off the CPU',
    })
    .number('samples', ({ samples }) => samples, { displayName: 'allocator samples', description: 'CPU samples inside of the allocator' })
    .share('mapShare', ({ mapShare }) => mapShare, {
      displayName: 'map work',
      description: 'Part of the line’s evidence that is tied to maps',
    })
    .text('mapTie', ({ mapTie }) => mapTie, {
      displayName: 'map evidence',
      description: 'operation: the stack is in a map operation; region: inside a map region; function: its function has map samples',
    })
    .text('mapOp', ({ mapOp }) => mapOp, { displayName: 'map operation', description: 'What the map does that allocates' })
    .number('allocBytes', ({ allocBytes }) => allocBytes, {
      displayName: 'allocated',
      unit: 'bytes',
      description: 'Since the process began. Evidence: allocs or heap profile',
    })
    .share('allocShare', ({ allocShare }) => allocShare, {
      displayName: 'of all bytes',
      description: 'Part of all bytes of the allocs or heap profile',
    })
    .text('requests', ({ requests }) => requestText(requests), { description: 'Requests that were served on the line, by events' })
    .text('inside', ({ inside }) => inside, { displayName: 'allocated in', description: 'The library’s line that allocates for it' })
    .text('calledFrom', ({ calledFrom }) => calledFrom, {
      displayName: 'called from',
      description: 'The program’s own line, where the line is a dependency’s',
    })
    .draft('lines that drive GC', [{ severity: 'info', text: answer.headline }, ...notices], {
      answer,
      verdict: cause.verdict,
      cost: cause.cost,
    });
}

function requestText(requests: readonly RequestCount[]): string | null {
  const named = requests.filter(({ type }) => type !== null).map(({ type, events }) => `${type} (${events})`);
  return named.length === 0 ? null : named.slice(0, 4).join(', ');
}

function cycleFrame(cycles: readonly CycleCause[]): FrameDraft {
  return new TableColumns(cycles)
    .number('cycle', ({ seq }) => seq, { displayName: 'GC' })
    .text('trigger', ({ trigger }) => trigger, { description: 'What began the cycle' })
    .text('startedAt', ({ startedAt }) => startedAt, {
      displayName: 'started at',
      description: 'The program’s line at the start of the cycle',
    })
    .text('line', ({ sites }) => sites[0]?.line ?? null, {
      displayName: 'driven by',
      description: 'The line with most evidence in this cycle',
    })
    .share('share', ({ sites }) => sites[0]?.share ?? null, { description: 'Its part of the evidence of this cycle' })
    .share('mapShare', ({ mapShare }) => mapShare, {
      displayName: 'map work',
      description: 'Part of the cycle’s evidence that is tied to maps',
    })
    .number('assists', ({ evidence }) => evidence.assists, { description: 'Mark assists in the cycle' })
    .number('samples', ({ evidence }) => evidence.samples, {
      displayName: 'allocator samples',
      description: 'CPU samples in the allocator since the cycle before began',
    })
    .text('requests', ({ requests }) => requestText(requests), { description: 'Requests whose goroutines gave that evidence' })
    .draft('causes of GC cycles');
}

function timeFrame(time: readonly TimeSplit[]): FrameDraft {
  const columns = new TableColumns(time)
    .text('type', ({ type }) => type, { displayName: 'request', description: 'Type of the task' })
    .text('kind', ({ isRequest }) => (isRequest ? 'request' : 'part'), { description: 'A request itself, or a part of one' })
    .number('tasks', ({ tasks }) => tasks, {})
    .number('totalNs', ({ totalNs }) => totalNs, {
      displayName: 'time',
      unit: 'ns',
      description: 'Of all tasks of the type on their own goroutines',
    })
    .share('gcShare', ({ gcTaxNs, totalNs }) => (totalNs === 0 ? null : gcTaxNs / totalNs), {
      displayName: 'GC tax',
      description: 'What the GC took of it',
    })
    .share('partsGcShare', ({ partsNs, partsGcTaxNs }) => (partsNs === 0 ? null : partsGcTaxNs / partsNs), {
      displayName: 'GC tax of other goroutines',
      description: 'What the GC took of other goroutines that worked for them',
    })
    .text('mostly', ({ mostly }) => (mostly.reason === null || mostly.reason === '' ? mostly.part : `${mostly.part} (${mostly.reason})`), {
      description: 'What took most of the time',
    })
    .share('mostlyShare', ({ mostly }) => mostly.share, { displayName: 'of the time' })
    .number('samples', ({ samples }) => samples, { displayName: 'CPU samples' })
    .share('mapSampleShare', ({ samples, mapSamples }) => (samples === 0 ? null : mapSamples / samples), {
      displayName: 'in map operations',
      description: 'Part of its CPU samples. Evidence: samples',
    });
  for (const { name, title, description } of costClasses) {
    columns.number(name, ({ classes }) => classes[name], { displayName: title, unit: 'ns', description });
  }
  return columns.draft('time of requests');
}
