import { kindNames } from '../capture';
import type { ListedCapture, ListedMoment } from './context';
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

/** What a directory or bucket has, a row each moment, with a column for each label of the paths. */
export function listedFrame(listed: readonly ListedMoment[]): FrameDraft {
  const labelNames = [...new Set(listed.flatMap(({ labels }) => Object.keys(labels)))];
  const columns = new TableColumns(listed);
  columns.fields.push(
    timeField(
      'time',
      listed.map(({ unixMs }) => unixMs),
    ),
  );
  labelNames.forEach((label) => columns.text(label, ({ labels }) => labels[label] ?? null, {}));
  return columns
    .text('files', ({ files }) => files.map(({ path }) => path).join(', '), { description: 'Paths below the URL of the data source' })
    .number('sizeBytes', ({ files }) => sumSizes(files), { displayName: 'size', unit: 'bytes' })
    .draft('captures of the store');
}

function sumSizes(files: ListedMoment['files']): number | null {
  return files.every(({ sizeBytes }) => sizeBytes === null) ? null : files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
}
