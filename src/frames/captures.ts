import { kindNames } from '../capture';
import type { ListedCapture } from './context';
import { booleanField, type FrameDraft, numberField, stringField } from './makeFrame';

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
