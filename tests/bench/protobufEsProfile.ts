import { create, createFileRegistry, fromBinary, type Message } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

import { profileMessages } from './protobufjsProfile';

const scalarTypes: Readonly<Record<string, number>> = { int64: 3, uint64: 4, bool: 8, string: 9 };
const messageType = 11;

/** profile.proto as a descriptor, from the same table as the protobufjs peer. */
function describeProfile() {
  const file = create(FileDescriptorProtoSchema, {
    name: 'profile.proto',
    syntax: 'proto3',
    messageType: Object.entries(profileMessages).map(([name, fields]) => ({
      name,
      field: fields.map(([field, number, type, rule]) => ({
        name: field,
        number,
        label: rule === 'repeated' ? 3 : 1,
        type: scalarTypes[type] ?? messageType,
        ...(type in scalarTypes ? {} : { typeName: `.${type}` }),
      })),
    })),
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const message = registry.getMessage('Profile');
  if (message === undefined) {
    throw new Error('the descriptor has no Profile');
  }
  return message;
}

const schema = describeProfile();

/** The protobuf-es peer: @bufbuild/protobuf over the descriptor. */
export function countSamplesByProtobufEs(bytes: Uint8Array): number {
  const profile: Message & { readonly sample?: unknown } = fromBinary(schema, bytes);
  return Array.isArray(profile.sample) ? profile.sample.length : 0;
}
