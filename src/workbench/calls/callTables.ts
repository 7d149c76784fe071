import { type DataFrame, type Field, FieldType } from '@grafana/data';

/** What only a drawn graph shows, or what stands in another column too. */
const ofDrawing = /^(?:id|arc__|detail__|thickness|strokedasharray|title|subtitle)/;

/** A graph of calls as tables: functions by name, and who calls whom by their names. */
export function callTables(frames: readonly DataFrame[]): DataFrame[] {
  const nodes = frames.find(({ name }) => name === 'nodes');
  const edges = frames.find(({ name }) => name === 'edges');
  if (nodes === undefined || edges === undefined) {
    return [...frames];
  }
  const names = fieldOf(nodes, 'detail__function');
  const nameOf = new Map(fieldOf(nodes, 'id').map((id, row) => [id, names[row]]));
  const ends = (['source', 'target'] as const).map((end) =>
    textField(
      { source: 'caller', target: 'callee' }[end],
      fieldOf(edges, end).map((id) => nameOf.get(id)),
    ),
  );
  return [
    { ...nodes, name: 'functions', fields: [textField('function', names), ...shown(nodes)] },
    { ...edges, name: 'calls', fields: [...ends, ...shown(edges).filter(({ name }) => name !== 'source' && name !== 'target')] },
  ];
}

function shown({ fields }: DataFrame): Field[] {
  return fields
    .filter(({ name }) => !ofDrawing.test(name))
    .map((field) =>
      field.name === 'secondarystat' && field.type === FieldType.string ? { ...field, config: { displayName: 'how' } } : field,
    );
}

function fieldOf({ fields }: DataFrame, name: string): readonly unknown[] {
  return fields.find((field) => field.name === name)?.values ?? [];
}

function textField(name: string, values: readonly unknown[]): Field {
  return { name, type: FieldType.string, config: {}, values: [...values] };
}
