import type { Notice } from '../base';
import { type Capture, findMapHeap, type MapLeak, type MapOwner } from '../correlate';
import type { FrameDraft } from './makeFrame';
import type { ViewQuery } from './query';
import { firstRows, TableColumns } from './tableFrame';

const defaultLimit = 200;

/**
 * Which lines own the memory of maps, and known ways in which maps hold or waste memory.
 * @param earlier captures of the same process before, for what grew
 */
export function mapHeapFrames(
  captures: readonly Capture[],
  earlier: readonly Capture[],
  { limit = defaultLimit }: ViewQuery,
): FrameDraft[] {
  const heap = findMapHeap(captures, earlier);
  const { shown, notices } = firstRows(heap.owners, limit, 'owners');
  return [ownerFrame(shown, [...notices, ...missingNotices(heap)]), leakFrame(heap.leaks)];
}

function missingNotices({ profile, hasSamples, hasEarlier }: ReturnType<typeof findMapHeap>): Notice[] {
  if (profile === null) {
    return [
      {
        severity: 'info',
        text: 'Who owns the memory of maps is told by a heap profile, and none was given. Take one with curl -o heap.pprof http://HOST/debug/pprof/heap?gc=1, and a second one later to see what grew.',
      },
    ];
  }
  const notices: Notice[] = [];
  if (!hasSamples) {
    notices.push({
      severity: 'info',
      text: 'Heap profiles hide the runtime’s frames: a CPU profile or a trace with CPU samples of the same program tells which lines fill maps. Without one only block sizes hint at them.',
    });
  }
  if (!hasEarlier) {
    notices.push({ severity: 'info', text: 'What grows is told by a second heap profile, taken earlier.' });
  }
  return notices;
}

function ownerFrame(owners: readonly MapOwner[], notices: readonly Notice[]): FrameDraft {
  const total = owners.reduce((sum, { inuseBytes }) => sum + inuseBytes, 0);
  return new TableColumns(owners)
    .text('line', ({ line }) => line, { description: 'The program’s own line that makes or fills the map' })
    .number('inuseBytes', ({ inuseBytes }) => inuseBytes, {
      displayName: 'in use',
      unit: 'bytes',
      description: 'On the line: buckets, groups and tables, and values that are allocated there',
    })
    .share('share', ({ inuseBytes }) => (total === 0 ? null : inuseBytes / total), {
      displayName: 'of maps',
      description: 'Part of what all maps hold',
    })
    .number('inuseObjects', ({ inuseObjects }) => inuseObjects, {
      displayName: 'objects',
      description: 'In use: what the collector marks one by one',
    })
    .number('grownBytes', ({ grownBytes }) => grownBytes, {
      displayName: 'grown by',
      unit: 'bytes',
      description: 'More in use than in the earlier heap profile',
    })
    .number('allocBytes', ({ allocBytes }) => allocBytes, {
      displayName: 'allocated',
      unit: 'bytes',
      description: 'Since the process began',
    })
    .text('evidence', ({ evidence }) => evidence, {
      description:
        'operation: stacks of the profile are in map operations; samples: CPU samples say that the line fills a map; block sizes: only a hint',
    })
    .text('ops', ({ ops }) => ops.join(', ') || null, { displayName: 'operations' })
    .number('slotBytes', ({ slotBytes }) => slotBytes, {
      displayName: 'entry',
      unit: 'bytes',
      description: 'Key and value of the map, by the sizes of its tables',
    })
    .draft('owners of maps', notices);
}

function leakFrame(leaks: readonly MapLeak[]): FrameDraft {
  return new TableColumns(leaks)
    .text('pattern', ({ kind }) => kind, { description: 'Known ways in which maps hold or waste memory' })
    .text('subject', ({ subject }) => subject, { displayName: 'map', description: 'The line that owns it, its name in logs, or its type' })
    .text('evidence', ({ evidence }) => evidence, {})
    .text('source', ({ source }) => source, { displayName: 'known from' })
    .text('confidence', ({ confidence }) => confidence, {})
    .number('bytes', ({ bytes }) => bytes, { unit: 'bytes' })
    .draft('leak patterns of maps');
}
