import { kindNames } from '../../capture';
import type { Frame, ViewQuery } from '../../frames';
import { type Labels, labelsOf } from '../labels';
import type { StoredCapture } from '../store';
import type { VariableQuery } from './variableQuery';

/** A value of a variable, and how it is shown. */
export interface VariableValue {
  readonly text: string;
  readonly value: string;
}

/** What the values are made from. */
export interface ValueSources {
  readonly store: { list(): Promise<readonly StoredCapture[]> };
  /** Frames of a view of the variable's captures. */
  readonly view: (query: Omit<ViewQuery, 'captures' | 'version'>) => Promise<readonly Frame[]>;
}

const serviceKeys = ['service.name', 'service_name', 'service'];
const endpointKeys = ['http.route', 'trace endpoint', 'type'];

/** Values of a variable, each once. Throws what reading the captures throws. */
export async function variableValues({ kind, key = '' }: VariableQuery, { store, view }: ValueSources): Promise<VariableValue[]> {
  const labels = async (): Promise<Labels> => labelsOf(await view({ view: 'labels' }));
  switch (kind) {
    case 'captures':
      return [...standing, ...(await store.list()).map(captureValue)];
    case 'services':
      return valuesOf(await labels(), serviceKeys);
    case 'endpoints':
      return valuesOf(await labels(), endpointKeys);
    case 'labelKeys':
      return (await labels()).map((label) => same(label.key));
    case 'labelValues':
      return valuesOf(await labels(), [key]);
    case 'mapSites':
      return siteValues(await view({ view: 'mapSites' }));
    case 'gcCycles':
      return cycleValues(await view({ view: 'gcCycles' }));
    case 'sampleTypes':
      return typeValues(await view({ view: 'flame' }));
  }
}

function same(text: string): VariableValue {
  return { text, value: text };
}

/** What there is to choose in a browser that has kept nothing yet, too. */
const standing: readonly VariableValue[] = [
  { text: 'Sample capture', value: 'sample' },
  { text: 'Newest drop', value: 'latest' },
];

/** What a capture reference by variable understands. */
function captureValue({ name, kind, sha256, droppedAtMs }: StoredCapture): VariableValue {
  return { text: `${name} (${kindNames[kind]}, ${new Date(droppedAtMs).toISOString().slice(0, 16).replace('T', ' ')})`, value: sha256 };
}

/** Of the first of the keys that the captures know. */
function valuesOf(labels: Labels, keys: readonly string[]): VariableValue[] {
  const known = keys.flatMap((key) => labels.find((label) => label.key === key) ?? [])[0];
  return (known?.values ?? []).map(({ value }) => same(value));
}

/** The line, to search for; its function is what `focus` of flame graphs takes. */
function siteValues(frames: readonly Frame[]): VariableValue[] {
  const sites = frames.find(({ name }) => name === 'map sites');
  const [operations, lines] = ['op', 'line'].map((name) => columnOf(sites, name));
  const seen = new Set<string>();
  return (lines ?? []).flatMap((line, row) => {
    const value = String(line ?? '').split(' ')[0] ?? '';
    const isNew = value !== '' && !seen.has(value);
    seen.add(value);
    return isNew ? [{ text: `${String(line)}: ${String(operations?.[row] ?? '')}`, value }] : [];
  });
}

function cycleValues(frames: readonly Frame[]): VariableValue[] {
  const [cycles, durations, triggers] = ['cycle', 'durationNs', 'trigger'].map((name) => columnOf(frames[0], name));
  return (cycles ?? []).map((cycle, row) => ({
    text: `GC ${String(cycle)}: ${(Number(durations?.[row]) / 1e6).toFixed(1)} ms, ${String(triggers?.[row])}`,
    value: String(cycle),
  }));
}

function typeValues(frames: readonly Frame[]): VariableValue[] {
  const types: unknown = frames[0]?.meta?.custom?.sampleTypes;
  return Array.isArray(types) ? types.map((type) => same(String(type))) : [];
}

function columnOf(frame: Frame | undefined, name: string): readonly unknown[] {
  return frame?.fields.find((field) => field.name === name)?.values ?? [];
}
