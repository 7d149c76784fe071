import { encodePath, kindNames, type Moment } from '../../capture';
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
  /** What the directories and buckets among the variable's captures have; undefined where none is named. */
  readonly listed: () => Promise<readonly Moment[] | undefined>;
  /** Frames of a view of the variable's captures. */
  readonly view: (query: Omit<ViewQuery, 'captures' | 'version'>) => Promise<readonly Frame[]>;
}

const serviceKeys = ['service.name', 'service_name', 'service'];
const endpointKeys = ['http.route', 'trace endpoint', 'type'];

/** Values of a variable, each once. Throws what reading the captures throws. */
export async function variableValues(query: VariableQuery, sources: ValueSources): Promise<VariableValue[]> {
  const moments = await sources.listed();
  return (moments === undefined ? undefined : valuesOfPaths(query, moments)) ?? valuesOfCaptures(query, sources);
}

/** What the paths of a directory or bucket say, without reading a file; undefined where they do not say it. */
function valuesOfPaths({ kind, key = '' }: VariableQuery, moments: readonly Moment[]): VariableValue[] | undefined {
  switch (kind) {
    case 'captures':
      return moments.map(momentValue);
    case 'services':
      return labelValuesOf(moments, serviceKeys);
    case 'labelValues':
      return labelValuesOf(moments, [key]);
    default:
      return undefined;
  }
}

function labelValuesOf(moments: readonly Moment[], keys: readonly string[]): VariableValue[] | undefined {
  const known = keys.find((key) => moments.some(({ labels }) => labels[key] !== undefined));
  return known === undefined ? undefined : [...new Set(moments.flatMap(({ labels }) => labels[known] ?? []))].sort().map(same);
}

/** The files of a moment together: a capture reference by variable takes a path a line. */
function momentValue({ unixMs, labels, files }: Moment): VariableValue {
  const time = new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ');
  return { text: [...Object.values(labels), time].join(' '), value: files.map(({ path }) => encodePath(path)).join('\n') };
}

async function valuesOfCaptures({ kind, key = '' }: VariableQuery, { store, view }: ValueSources): Promise<VariableValue[]> {
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
