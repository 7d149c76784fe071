import { fileName } from './profileStacks';
import type { Profile } from './profile';

/** A function of a call graph. */
export interface CallGraphNode {
  /** Tells functions apart; two without names may be shown alike. */
  readonly key: string;
  readonly name: string;
  flat: number;
  cum: number;
  readonly callers: Map<CallGraphNode, Call>;
  /** Sample that counted the node last: a stack counts each function once. */
  countedAt: number;
}

/** Calls of one function from another. */
export interface Call {
  weight: number;
  /** Whether all of them were inlined. */
  isInline: boolean;
  countedAt: number;
}

/** What of a profile becomes a graph. */
export interface CallGraphOptions {
  readonly sampleType: number;
  readonly sampleFilter?: Uint8Array;
  /** Keys of the functions to keep; stacks continue over the others. All when absent. */
  readonly kept?: ReadonlySet<string>;
}

/**
 * Functions of a profile with their flat and cumulative values and their callers, counted as google/pprof's internal/graph does. Functions without any
 * value are left out.
 */
export function buildCallGraph(profile: Profile, { sampleType, sampleFilter, kept }: CallGraphOptions): CallGraphNode[] {
  const { samples } = profile;
  const nodes = new Map<string, CallGraphNode>();
  const nodesOf = nodesByLocation(profile, nodes, kept);
  for (let sample = 0; sample < samples.length; sample++) {
    const weight = samples.values[sampleType]?.[sample] ?? 0;
    if (weight !== 0 && (sampleFilter === undefined || sampleFilter[sample] === 1)) {
      addSample(profile, sample, weight, nodesOf);
    }
  }
  return [...nodes.values()].filter(({ flat, cum }) => flat !== 0 || cum !== 0);
}

/** Nodes of each location's lines, innermost first; null for one that is not kept. */
type LocationNodes = readonly (readonly (CallGraphNode | null)[])[];

function nodesByLocation(profile: Profile, nodes: Map<string, CallGraphNode>, kept: ReadonlySet<string> | undefined): LocationNodes {
  const { locations } = profile;
  return Array.from({ length: locations.length }, (_, row) => {
    const [start, end] = [locations.lineStart[row] ?? 0, locations.lineStart[row + 1] ?? 0];
    const lines = start === end ? [null] : Array.from(locations.lineFunction.subarray(start, end));
    return lines.map((functionRow) => findNode(profile, row, functionRow, nodes, kept));
  });
}

function findNode(
  profile: Profile,
  row: number,
  functionRow: number | null,
  nodes: Map<string, CallGraphNode>,
  kept: ReadonlySet<string> | undefined,
): CallGraphNode | null {
  const { key, name } = identify(profile, row, functionRow);
  if (kept !== undefined && !kept.has(key)) {
    return null;
  }
  const known = nodes.get(key);
  if (known !== undefined) {
    return known;
  }
  const node = { key, name, flat: 0, cum: 0, callers: new Map(), countedAt: -1 };
  nodes.set(key, node);
  return node;
}

/** Functions count as one when their names are equal; what has no name counts by the file of its mapping. */
function identify(
  { functions, locations, mappings, strings }: Profile,
  row: number,
  functionRow: number | null,
): { key: string; name: string } {
  const name = functionRow === null ? '' : (strings[functions.name[functionRow] ?? 0] ?? '');
  if (name !== '') {
    return { key: `function ${name}`, name };
  }
  const mapping = mappings[locations.mapping[row] ?? -1];
  const file = mapping === undefined || isUrlOnly(mapping) ? '' : mapping.file;
  const startLine = functionRow === null ? 0 : (functions.startLine[functionRow] ?? 0);
  return { key: `file ${startLine} ${file}`, name: file === '' ? '<unknown>' : `[${fileName(file)}]` };
}

/** A mapping whose file is only the address it was fetched from has no file. */
function isUrlOnly({ file, buildId }: { readonly file: string; readonly buildId: string }): boolean {
  return buildId === '' && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(file);
}

function addSample({ samples, stacks }: Profile, sample: number, weight: number, nodesOf: LocationNodes): void {
  let caller: CallGraphNode | null = null;
  let isLeafKept = true;
  const stack = samples.stack[sample] ?? 0;
  const start = stacks.locationStart[stack] ?? 0;
  for (let entry = (stacks.locationStart[stack + 1] ?? 0) - 1; entry >= start; entry--) {
    const nodes = nodesOf[stacks.location[entry] ?? 0] ?? [];
    for (let line = nodes.length - 1; line >= 0; line--) {
      const node = nodes[line] ?? null;
      isLeafKept = node !== null;
      if (node === null) {
        continue;
      }
      if (node.countedAt !== sample) {
        node.countedAt = sample;
        node.cum += weight;
      }
      if (caller !== null && caller !== node) {
        addCall(caller, node, sample, weight, line !== nodes.length - 1);
      }
      caller = node;
    }
  }
  if (caller !== null && isLeafKept) {
    caller.flat += weight;
  }
}

function addCall(caller: CallGraphNode, node: CallGraphNode, sample: number, weight: number, isInline: boolean): void {
  const call = node.callers.get(caller);
  if (call === undefined) {
    node.callers.set(caller, { weight, isInline, countedAt: sample });
  } else if (call.countedAt !== sample) {
    call.countedAt = sample;
    call.weight += weight;
    call.isInline &&= isInline;
  }
}
