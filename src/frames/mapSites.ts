import {
  type FunctionAllocation,
  type IterationPattern,
  iterationPatterns,
  type MapRegionType,
  mapRegionTypesOf,
  type MapWork,
  mapWorkSites,
  noFunctionNames,
  readMapWork,
} from '../correlate';
import type { Notice } from '../base';
import type { Capture } from '../correlate';
import type { FrameDraft } from './makeFrame';
import type { ViewQuery } from './query';
import { firstRows, TableColumns } from './tableFrame';

const defaultLimit = 500;

/** Lines by map operation, functions by how they use the maps they iterate, and regions and logs of map work. */
export function mapSitesFrames(captures: readonly Capture[], { limit = defaultLimit }: ViewQuery): FrameDraft[] {
  const work = readMapWork(captures);
  return [siteFrame(work, limit), patternFrame(iterationPatterns(work)), regionFrame(mapRegionTypesOf(work))];
}

function siteFrame(work: MapWork, limit: number): FrameDraft {
  const { shown, notices } = firstRows(mapWorkSites(work), limit, 'lines');
  const columns = new TableColumns(shown)
    .text('op', ({ op }) => op, { displayName: 'operation', description: 'What is done to the map' })
    .text('line', ({ line }) => line, { description: 'The program’s own line' })
    .number('samples', ({ samples }) => samples, { description: `CPU samples in the operation. Evidence: ${work.evidence}` })
    .number('cpuNs', ({ cpuNs }) => cpuNs, { displayName: 'CPU time', unit: 'ns', description: 'What the samples stand for' })
    .share('share', ({ samples }) => (work.allSamples === 0 ? null : samples / work.allSamples), {
      displayName: 'of CPU',
      description: 'Part of all CPU samples',
    })
    .text('iteration', ({ iteration }) => iteration, {
      displayName: 'iterated by',
      description: 'Which way an iteration takes: a range itself, reflect, the maps package, sync.Map',
    })
    .text('implementation', ({ implementation }) => implementation, {
      displayName: 'kind of map',
      description: 'classic: Go up to 1.23; swiss: from 1.24 on; sync.Map',
    })
    .text(
      'region',
      ({ regions }) =>
        regions
          .filter(({ type }) => type !== '')
          .map(({ type, samples }) => `${type} (${samples})`)
          .join(', ') || null,
      {
        displayName: 'regions',
        description: 'Regions around the samples, by their number. Evidence: regions',
      },
    );
  allocationColumns(columns, ({ allocation }) => allocation);
  return columns
    .text('inside', ({ inside }) => inside, {
      displayName: 'works in',
      description: 'The library’s line that works on the map in the program’s place',
    })
    .text('calledFrom', ({ calledFrom }) => calledFrom, {
      displayName: 'called from',
      description: 'The program’s own line, where the line is a dependency’s',
    })
    .draft('map sites', [...notices, ...missingNotices(work)]);
}

/** What the function that holds a line allocates; rows of one function show the same. */
function allocationColumns<Row>(columns: TableColumns<Row>, of: (row: Row) => FunctionAllocation): void {
  columns
    .number('triggers', (row) => of(row).triggers, {
      displayName: 'GC starts',
      description: 'GC cycles that an allocation in the line’s function began',
    })
    .number('assists', (row) => of(row).assists, { description: 'Mark assists that allocations in the line’s function had to do' })
    .number('assistNs', (row) => of(row).assistNs, {
      displayName: 'assist time',
      unit: 'ns',
      description: 'Whole assists, on and off the CPU',
    })
    .number('allocBytes', (row) => of(row).allocBytes, {
      displayName: 'allocated',
      unit: 'bytes',
      description: 'By the line’s function since the process began. Evidence: allocs or heap profile',
    })
    .number('inuseBytes', (row) => of(row).inuseBytes, {
      displayName: 'in use',
      unit: 'bytes',
      description: 'Of what the line’s function allocated. Evidence: allocs or heap profile',
    });
}

function missingNotices({ evidence, isNameless, bytesOf, trace, samples }: MapWork): Notice[] {
  const notices: Notice[] = [];
  if (evidence === 'none') {
    notices.push({
      severity: 'warning',
      text: isNameless
        ? `${noFunctionNames}.`
        : 'There are no CPU samples, so no line is known: take a CPU profile while the trace is taken (curl -o cpu.pprof http://HOST/debug/pprof/profile?seconds=5), or give one.',
    });
  } else if (samples.length === 0) {
    notices.push({ severity: 'info', text: 'No CPU sample fell into a map operation.' });
  }
  if (trace === null) {
    notices.push({ severity: 'info', text: 'Without an execution trace regions, GC starts and assists are not known.' });
  }
  if (bytesOf === null) {
    notices.push({
      severity: 'info',
      text: 'Bytes come from an allocs or heap profile: curl -o allocs.pprof http://HOST/debug/pprof/allocs takes one.',
    });
  }
  return notices;
}

function patternFrame(patterns: readonly IterationPattern[]): FrameDraft {
  const columns = new TableColumns(patterns)
    .text('function', ({ function: name }) => name, {})
    .text('pattern', ({ kind }) => kind, { description: 'How the function uses the map that it iterates' })
    .text('confidence', ({ confidence }) => confidence, { description: 'low: fewer than 5 samples of the iteration' })
    .number('iterateSamples', ({ iterateSamples }) => iterateSamples, {
      displayName: 'iterating',
      description: 'CPU samples of the iteration',
    })
    .number('lookupSamples', ({ lookupSamples }) => lookupSamples, {
      displayName: 'looking up',
      description: 'CPU samples of looking entries up, here or in functions with the same caller',
    })
    .text('lookups', ({ lookupFunctions }) => lookupFunctions.slice(0, 3).join(', ') || null, { displayName: 'looked up in' })
    .text('paths', ({ paths }) => paths.join(', '), { displayName: 'iterated by' })
    .text('line', ({ line }) => line, {});
  allocationColumns(columns, ({ allocation }) => allocation);
  return columns.draft('iteration patterns');
}

function regionFrame(types: readonly MapRegionType[]): FrameDraft {
  return new TableColumns(types)
    .text('name', ({ name }) => name, { description: 'Type of the region, or name of the log' })
    .text('evidence', ({ evidence }) => evidence, {})
    .number('count', ({ count }) => count, {})
    .number('totalNs', ({ totalNs }) => totalNs, {
      displayName: 'time',
      unit: 'ns',
      description: 'Of all of them, added up over goroutines',
    })
    .number('meanNs', ({ totalNs, count }) => (count === 0 ? null : totalNs / count), { displayName: 'mean', unit: 'ns' })
    .number('longestNs', ({ longestNs }) => longestNs, { displayName: 'longest', unit: 'ns' })
    .number('cut', ({ cut }) => cut, { description: 'Those that the trace cuts' })
    .text(
      'samples',
      ({ samples }) =>
        Object.entries(samples)
          .map(([op, count]) => `${op} (${count})`)
          .join(', ') || null,
      { displayName: 'map samples', description: 'CPU samples in map operations inside of the regions' },
    )
    .text('line', ({ line }) => line, { displayName: 'begun at' })
    .draft('map regions');
}
