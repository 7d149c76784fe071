import protobuf from 'protobufjs';

/** profile.proto as protobufjs takes it: field name, number, type. Source: github.com/google/pprof/proto/profile.proto. */
export const profileMessages: Readonly<Record<string, readonly (readonly [string, number, string, 'repeated'?])[]>> = {
  Profile: [
    ['sampleType', 1, 'ValueType', 'repeated'],
    ['sample', 2, 'Sample', 'repeated'],
    ['mapping', 3, 'Mapping', 'repeated'],
    ['location', 4, 'Location', 'repeated'],
    ['function', 5, 'Function', 'repeated'],
    ['stringTable', 6, 'string', 'repeated'],
    ['dropFrames', 7, 'int64'],
    ['keepFrames', 8, 'int64'],
    ['timeNanos', 9, 'int64'],
    ['durationNanos', 10, 'int64'],
    ['periodType', 11, 'ValueType'],
    ['period', 12, 'int64'],
    ['comment', 13, 'int64', 'repeated'],
    ['defaultSampleType', 14, 'int64'],
    ['docUrl', 15, 'int64'],
  ],
  ValueType: [
    ['type', 1, 'int64'],
    ['unit', 2, 'int64'],
  ],
  Sample: [
    ['locationId', 1, 'uint64', 'repeated'],
    ['value', 2, 'int64', 'repeated'],
    ['label', 3, 'Label', 'repeated'],
  ],
  Label: [
    ['key', 1, 'int64'],
    ['str', 2, 'int64'],
    ['num', 3, 'int64'],
    ['numUnit', 4, 'int64'],
  ],
  Mapping: [
    ['id', 1, 'uint64'],
    ['memoryStart', 2, 'uint64'],
    ['memoryLimit', 3, 'uint64'],
    ['fileOffset', 4, 'uint64'],
    ['filename', 5, 'int64'],
    ['buildId', 6, 'int64'],
    ['hasFunctions', 7, 'bool'],
    ['hasFilenames', 8, 'bool'],
    ['hasLineNumbers', 9, 'bool'],
    ['hasInlineFrames', 10, 'bool'],
  ],
  Location: [
    ['id', 1, 'uint64'],
    ['mappingId', 2, 'uint64'],
    ['address', 3, 'uint64'],
    ['line', 4, 'Line', 'repeated'],
    ['isFolded', 5, 'bool'],
  ],
  Line: [
    ['functionId', 1, 'uint64'],
    ['line', 2, 'int64'],
    ['column', 3, 'int64'],
  ],
  Function: [
    ['id', 1, 'uint64'],
    ['name', 2, 'int64'],
    ['systemName', 3, 'int64'],
    ['filename', 4, 'int64'],
    ['startLine', 5, 'int64'],
  ],
};

/** The protobufjs peer: its reflection decoder, as most programs use it. */
export function loadProfileMessage(): { countSamples(bytes: Uint8Array): number } {
  const root = new protobuf.Root();
  for (const [name, fields] of Object.entries(profileMessages)) {
    const type = new protobuf.Type(name);
    for (const [field, id, fieldType, rule] of fields) {
      type.add(new protobuf.Field(field, id, fieldType, rule));
    }
    root.add(type);
  }
  const message = root.lookupType('Profile');
  return {
    countSamples(bytes) {
      const decoded = message.toObject(message.decode(bytes), { longs: Number });
      return Array.isArray(decoded['sample']) ? decoded['sample'].length : 0;
    },
  };
}
