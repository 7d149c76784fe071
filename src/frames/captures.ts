import { encodePath, kindNames } from '../capture';
import type { FrameContext, ListedCapture, ListedMoment } from './context';
import { viewLink } from './links';
import { TableColumns } from './tableFrame';
import { booleanField, type FrameDraft, numberField, stringField, timeField } from './makeFrame';

/** What is in the store, as the store lists it. */
export function capturesFrame(stored: readonly ListedCapture[]): FrameDraft {
  return {
    name: 'captures',
    meta: { preferredVisualisationType: 'table' },
    fields: [
      stringField(
        'name',
        stored.map(({ name }) => name),
      ),
      stringField(
        'kind',
        stored.map(({ kind }) => kindNames[kind]),
      ),
      numberField(
        'sizeBytes',
        stored.map(({ sizeBytes }) => sizeBytes),
        { displayName: 'size', unit: 'bytes' },
      ),
      {
        name: 'dropped',
        type: 'time',
        config: {},
        values: stored.map(({ droppedAtMs }) => droppedAtMs ?? null),
      },
      stringField(
        'sha256',
        stored.map(({ sha256 }) => sha256),
        { description: 'Identity of the file: queries name captures by it' },
      ),
      booleanField(
        'decoded',
        stored.map(({ isDecoded = false }) => isDecoded),
        { description: 'Whether it is held in memory, ready for the next query' },
      ),
    ],
  };
}

/** What is known of a row beside what is shown of it, for links. */
const unseen = { custom: { hideFrom: { viz: true, legend: true, tooltip: true } } };
/** Around the time of a file: that is when a capture ended, or began, or was written. */
const aroundMs = 60_000;

/**
 * What a directory or bucket has, a row each moment, with a column for each label of the paths. Hidden columns hold what a link needs to open the row: `capture` (a
 * reference by variable), and a time range around it.
 */
export function listedFrame(listed: readonly ListedMoment[], context: FrameContext): FrameDraft {
  const labelNames = [...new Set(listed.flatMap(({ labels }) => Object.keys(labels)))];
  const columns = new TableColumns(listed);
  columns.fields.push(
    timeField(
      'time',
      listed.map(({ unixMs }) => unixMs),
      {
        links: viewLink(context, 'Open this capture', {
          view: 'auto',
          captures: [{ by: 'variable', variable: '${__data.fields.capture}' }],
        }),
      },
    ),
  );
  labelNames.forEach((label) => columns.text(label, ({ labels }) => labels[label] ?? null, {}));
  return columns
    .text('files', ({ files }) => files.map(({ path }) => path).join(', '), { description: 'Paths below the URL of the data source' })
    .number('sizeBytes', ({ files }) => sumSizes(files), { displayName: 'size', unit: 'bytes' })
    .text('capture', ({ files }) => files.map(({ path }) => encodePath(path)).join('\n'), unseen)
    .text('from', ({ unixMs }) => String(unixMs - aroundMs), unseen)
    .text('to', ({ unixMs }) => String(unixMs + aroundMs), unseen)
    .draft('captures of the store');
}

function sumSizes(files: ListedMoment['files']): number | null {
  return files.every(({ sizeBytes }) => sizeBytes === null) ? null : files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
}
